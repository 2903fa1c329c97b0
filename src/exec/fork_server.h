// ForkServer: a worker's program that, before any trial, is asked to fork workers from itself: what
// it has loaded by then none of them loads again (docs/worker-protocol.md, "Forks").
//
//   ForkServer server(program);           // started, and nothing was said to it yet
//   auto child = server.fork(mark, pair.theirs, call, until);
//
// Threads: any.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/unique_fd.h"
#include "exec/worker_process.h"
#include "hpopt/result.h"

namespace hpopt {

class ForkServer {
 public:
  explicit ForkServer(std::shared_ptr<WorkerProcess> program) : program_(std::move(program)) {}

  struct Child {
    pid_t process = 0;
    UniqueFd ended;  ///< Readable when it has.
  };
  /// A worker that speaks over `socket` and has `mark` as its kWorkerVariable. none: it does not
  /// fork, now or again: see state(). `call`: a descriptor that ends the wait. Errors
  /// (kUnavailable): this fork failed, another may not.
  Result<std::optional<Child>> fork(const std::string& mark, int socket, int call, Nanos until);
  /// Of one that it forked and that has ended; none: not known yet.
  std::optional<int> exit_code(const std::string& mark);

  enum class State : std::uint8_t {
    kForks,
    kDeclined,  ///< It evaluates trials itself: it is a worker as any other.
    kGone,      ///< It has ended, or speaks otherwise.
  };
  [[nodiscard]] State state() const;
  [[nodiscard]] bool has_forked() const;
  [[nodiscard]] const std::shared_ptr<WorkerProcess>& program() const { return program_; }

 private:
  /// What it answered; the error: that it refuses.
  Result<State> listen(const std::string& mark, int call, Nanos until);
  void note_exit(const Json& told);

  const std::shared_ptr<WorkerProcess> program_;
  mutable std::mutex mutex_;  ///< Guards all below, and who speaks with the program.
  State state_ = State::kForks;
  bool has_forked_ = false;
  std::map<std::string, int> exit_codes_;  ///< That nobody has asked for yet.
};

}  // namespace hpopt
