// Cgroup: one folder of the kernel's control groups, version 2: a set of processes that none leaves
// without privileges, frozen, thawed and killed with one write.
//
//   auto group = Cgroup::make(folder + "/trial");
//   spawn({..., .cgroup = group->fd()});
//   group->freeze(patience); group->thaw(); group->kill();
//
// Frozen processes die of kill() too. Threads: one at a time. Ownership: the folder goes with
// remove() alone.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "hpopt/result.h"

namespace hpopt {

class Cgroup {
 public:
  /// Makes the folder. Errors (kUnavailable): what the kernel refuses; kConflict: it is there.
  static Result<Cgroup> make(const std::string& path);
  /// One that is there.
  static Result<Cgroup> open(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Of the folder, for clone3(), flock() and openat().
  [[nodiscard]] int fd() const { return folder_.get(); }
  /// Moves a process here from another. Errors (kUnavailable): what the kernel refuses.
  Status take_in(pid_t process);
  /// true: all are frozen. false, with errno: refused, or one hangs in the kernel and freezes when
  /// it comes back.
  bool freeze(Nanos patience);
  bool thaw();
  bool kill();
  /// Whether a live process is in it or below, or that can't be told.
  [[nodiscard]] bool populated() const;
  /// The live ones in it and below.
  [[nodiscard]] std::vector<pid_t> processes() const;
  /// With those below. false: a process lives inside.
  bool remove();

 private:
  Cgroup(std::string path, UniqueFd folder) : path_(std::move(path)), folder_(std::move(folder)) {}

  std::string path_;
  UniqueFd folder_;
};

/// The cgroup (version 2) that this process is in, as a path. Errors (kUnavailable): none is
/// mounted.
[[nodiscard]] Result<std::string> own_cgroup();

}  // namespace hpopt
