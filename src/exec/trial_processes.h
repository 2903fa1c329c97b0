// TrialProcesses: all that one run of a trial started, to be frozen, signalled and killed as one.
//
// Implementations: ProcessTree (found through /proc), CgroupProcesses (a cgroup holds them).
// Threads: one at a time.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <vector>

#include "base/clock.h"

namespace hpopt {

class TrialProcesses {
 public:
  virtual ~TrialProcesses() = default;
  /// Our child, which its caller reaps, or one that was adopted.
  [[nodiscard]] virtual pid_t leader() const = 0;
  /// The live ones that are found before `until` (monotonic). Zombies are not live.
  [[nodiscard]] virtual std::vector<pid_t> members(Nanos until = Nanos::max()) const = 0;
  /// Whether a member is live, or that can't be told.
  [[nodiscard]] virtual bool any() const = 0;
  /// To all members, once. Returns how many there were.
  virtual std::size_t signal(int number) const = 0;
  /// Freezes all of them. false: some may still run, as they hang in the kernel or multiply.
  virtual bool hold() = 0;
  /// The end of hold().
  virtual void thaw() = 0;
  /// KILL to all members; to be repeated until there are none.
  virtual void kill() = 0;
  /// After the leader was reaped: its number may be another process's by now.
  virtual void forget_leader() = 0;
  /// Whether what contains them ended by itself and took them along, by no fault of theirs.
  [[nodiscard]] virtual bool lost() const { return false; }
};

}  // namespace hpopt
