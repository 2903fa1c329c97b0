// Keeper: a tiny process that outlives hpopt. When hpopt ends, however it ends, or the deadline
// comes, it kills what hpopt's trials have left: all in a cgroup, and all that it can tell by their
// session, by a mark in their environment, or as descendants of those.
//
// It has no privileges and no parent-death signal: who kills it together with hpopt is rid of both,
// so hpopt looks after it and starts another in its place. Threads: one at a time.
#pragma once

#include <sys/types.h>

#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/unique_fd.h"

namespace hpopt {

/// What it calls itself.
inline constexpr const char* kKeeperName = "hpopt-keeper";

class Keeper {
 public:
  /// `mark`: "NAME=value", in the environment of all trials and of no other process. `cgroup`: an
  /// open folder whose processes are killed and which is removed after hpopt; -1: none.
  Keeper(std::string mark, int cgroup) : mark_(std::move(mark)), cgroup_(cgroup) { start(); }
  /// It has a last look, and goes.
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  [[nodiscard]] const std::string& mark() const { return mark_; }
  [[nodiscard]] pid_t process() const { return process_; }
  void set_deadline(Nanos instant);
  /// A session that a trial leads.
  void watch(pid_t session);
  /// Nothing of it is left: its number may become another's.
  void forget(pid_t session);
  /// Nothing is left that it would have to look for: it goes at once.
  void dismiss();
  /// Starts another if it has ended.
  void look_after();

 private:
  void start();
  void tell(int kind, std::int64_t value) const;
  [[nodiscard]] bool has_ended() const;

  std::string mark_;
  int cgroup_;
  pid_t process_ = -1;
  UniqueFd control_;  ///< Its end tells the keeper that we are gone.
  std::set<pid_t> sessions_;
  std::optional<Nanos> deadline_;
};

}  // namespace hpopt
