// The processes that came from one process, over all sessions and groups, found through /proc.
//
// Lists of children are read where the kernel has them, so that nothing costs more on a machine
// with many processes. A tree changes while it is read: who must reach all of it sweeps until none
// is left.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "exec/trial_processes.h"

namespace hpopt {

struct ProcessStatus {
  pid_t parent = 0;
  pid_t session = 0;
  char state = '?';  ///< R, S, D, T (stopped), Z (zombie), ...
  std::string name;
};

[[nodiscard]] std::optional<ProcessStatus> read_process(pid_t process);
/// Zombies are not.
[[nodiscard]] bool is_live(const ProcessStatus& status);
/// Of all its threads.
[[nodiscard]] std::vector<pid_t> children_of(pid_t process);
/// Whether /proc can be read. If not, as when no descriptor can be had, nobody is found there.
[[nodiscard]] bool can_look();
/// KILL to the process and to what descends from it, as far as it is found before `until`
/// (monotonic). Whether any was live.
bool kill_tree(pid_t process, Nanos until);

/// The live processes of one run: its leader, what descends from it, and orphans that fell to the
/// reaper.
class ProcessTree : public TrialProcesses {
 public:
  /// `leader`: it leads a session of its own. `mark`: "NAME=value", in the leader's environment and
  /// in no other run's; tells orphans that left the session. `reaper`: the process to which orphans
  /// fall.
  ProcessTree(pid_t leader, std::string mark, pid_t reaper)
      : leader_(leader), mark_(std::move(mark)), reaper_(reaper) {}

  [[nodiscard]] pid_t leader() const override { return leader_; }
  /// Those above before those below. The dead that are our children are reaped, but for the leader.
  [[nodiscard]] std::vector<pid_t> members(Nanos until = Nanos::max()) const override;
  [[nodiscard]] bool any() const override { return !members().empty() || !can_look(); }
  std::size_t signal(int number) const override;
  /// SIGSTOP until a look finds nobody new. false: it gave up, someone keeps multiplying.
  bool hold() override;
  void thaw() override;
  void kill() override;
  void forget_leader() override { leader_gone_ = true; }

 private:
  [[nodiscard]] bool owns(pid_t orphan, const ProcessStatus& status) const;
  static void add(pid_t process, Nanos until, std::vector<pid_t>& members);

  pid_t leader_;
  std::string mark_;
  pid_t reaper_;
  bool leader_gone_ = false;
};

}  // namespace hpopt
