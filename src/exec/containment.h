// Containment: what stands between a dying hpopt and processes that outlive it.
//
// Kinds, the better ones first:
//   cgroup and pid namespace  Both of the next two.
//   cgroup         A cgroup of version 2 for the session and one below it for each trial: nothing
//                  leaves it, one write freezes or kills all. A keeper process kills what is inside
//                  when hpopt ends, however it ends, and at the deadline.
//   pid namespace  All trials live in one PID namespace whose init is a tiny shim. When hpopt ends,
//                  however it ends, or when the deadline comes, the shim ends and the kernel kills
//                  everything inside, daemons and new sessions too. As root, or where user
//                  namespaces are allowed.
//   sweeps         hpopt is the reaper of orphans and looks for descendants again and again; its
//                  keeper looks for those it can still tell when hpopt is killed by force: best
//                  effort.
// Threads: one at a time.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "exec/process.h"
#include "exec/trial_processes.h"
#include "hpopt/result.h"

namespace hpopt {

class Containment {
 public:
  virtual ~Containment() = default;
  /// Starts a process inside; it is our child, under the number that we see. `mark`: "NAME=value",
  /// in its environment and in no other run's.
  virtual Result<std::unique_ptr<TrialProcesses>> spawn(SpawnRequest request,
                                                        const std::string& mark) = 0;
  /// A process that one of those inside has forked, and that leads a session: from now on all that
  /// it starts is known as its own. It is no child of ours. `mark`: as above, for its environment.
  virtual Result<std::unique_ptr<TrialProcesses>> adopt(pid_t process, const std::string& mark) = 0;
  /// The process to which the orphans of those inside fall.
  [[nodiscard]] virtual pid_t reaper() const = 0;
  /// Everything inside dies at this monotonic instant even if hpopt hangs.
  virtual void set_deadline(Nanos instant) = 0;
  /// KILL to everything inside, whoever started it; stops looking for it at `until`. true: nothing
  /// lives; else this is to be called again. `leaders`: what spawn() gave and its caller has not
  /// reaped yet; the caller goes on reaping them. The next spawn() opens a new one.
  virtual bool kill_all(const std::vector<pid_t>& leaders, Nanos until) = 0;
  /// Reaps the dead that fell to us. `leaders`: as above, these are left.
  virtual void reap_orphans(const std::vector<pid_t>& leaders) = 0;
  /// One of the kinds above.
  [[nodiscard]] virtual std::string name() const = 0;
  /// For `hpopt doctor`: what it guards against, and why it isn't the better kind.
  [[nodiscard]] virtual std::string explain() const = 0;
};

enum class ContainmentKind { kAuto, kCgroup, kNamespace, kSweeps };

/// "auto", "cgroup", "namespace" or "sweeps", as --containment has it; others are kAuto.
[[nodiscard]] ContainmentKind containment_kind(std::string_view word);

/// The best that can be had, or one of this kind; falls back to sweeps. A user namespace can only
/// be entered by a process of one thread, so an ordinary user's program asks before it starts
/// threads.
[[nodiscard]] std::unique_ptr<Containment> make_containment(
    ContainmentKind kind = ContainmentKind::kAuto);

/// Whether it is what was asked for by name. Error (kUnavailable): why it is not.
[[nodiscard]] Status is_of_kind(const Containment& containment, ContainmentKind kind);

/// One line about what the containment cannot promise; empty: nothing worth telling.
[[nodiscard]] std::string caveat(const Containment& containment);

}  // namespace hpopt
