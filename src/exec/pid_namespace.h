// PidNamespace: a PID namespace with a shim as its init, and the thread that starts processes in
// it.
//
// unshare(CLONE_NEWPID) holds for the calling thread alone, and that thread can start no threads
// any more; so one thread does nothing else. It also has a mount namespace of its own with a fresh
// /proc, which what it starts inherits: psutil and the like must see the inner process numbers. The
// parent-death signal of the shim follows the thread that forked it, so the thread lives as long as
// the namespace.
#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "exec/process.h"
#include "hpopt/result.h"

namespace hpopt {

class PidNamespace {
 public:
  /// Errors (kUnavailable): what the kernel refuses, and what would allow it.
  static Result<std::unique_ptr<PidNamespace>> open();
  /// Kills everything inside. Children of ours in it must be reaped first: the kernel waits for
  /// that.
  ~PidNamespace();
  PidNamespace(const PidNamespace&) = delete;
  PidNamespace& operator=(const PidNamespace&) = delete;

  Result<pid_t> spawn(const SpawnRequest& request);
  [[nodiscard]] pid_t shim() const { return shim_; }
  void set_deadline(Nanos instant);
  /// KILL to the shim, and so to all.
  void kill();
  /// Whether the shim has: then nothing lives inside. Our children in it must be reaped before.
  [[nodiscard]] bool has_ended() const;
  /// Whether the shim ends or has ended without a kill() of ours: then all inside are killed. Known
  /// before they die.
  [[nodiscard]] bool is_broken() const;

 private:
  PidNamespace() = default;
  void serve();
  Status enter();
  Status fork_shim();
  void reap_shim();

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ready_ = false;
  bool leaving_ = false;
  Status entered_ = success();
  const SpawnRequest* request_ = nullptr;  ///< Set by spawn(), taken by the thread.
  bool answered_ = false;
  Result<pid_t> answer_ = 0;
  pid_t shim_ = 0;
  std::optional<Nanos> killed_at_;
  UniqueFd control_;  ///< To the shim: deadlines. Its end tells the shim that we are gone.
};

/// Makes the whole process a member of a new user namespace in which it is what it was, so that an
/// ordinary user can open a PidNamespace. Tried in a child first: there is no way back. REQUIRES:
/// one thread.
[[nodiscard]] Status enter_user_namespace();

}  // namespace hpopt
