// WorkerProcess: a process that is spoken to, line by line, over a Unix socket. One that we start
// has it as its standard input; its standard output and error are ours.
//
//   auto worker = WorkerProcess::start(containment, {.argv = {"python3", "worker.py"}});
//   worker->say("{}", call, until);
//   while (worker->hear(line, call, until) == Heard::kLine) ...
//
// Threads: one speaks with it; exit_code(), kill() and members() may be called by others. What its
// containment knows of it goes with its destructor, which counts as a call of the containment.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "exec/containment.h"
#include "hpopt/result.h"

namespace hpopt {

struct WorkerCommand {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment = {};  ///< Added to ours.
  bool forks = false;                                   ///< It can be a ForkServer.
};

/// Names a worker in its environment.
inline constexpr const char* kWorkerVariable = "HPOPT_WORKER";

/// The two ends of a Unix socket, both above the standard descriptors.
struct SocketPair {
  UniqueFd ours;
  UniqueFd theirs;

  /// Errors (kUnavailable): no descriptor is to be had.
  static Result<SocketPair> open();
};

/// What ended a wait for the process.
enum class Heard : std::uint8_t {
  kLine,     ///< A whole line came, or went.
  kEnded,    ///< It has ended, or closed its socket; all that it said was heard.
  kCalled,   ///< The descriptor `call` became readable.
  kLate,     ///< `until` has come.
  kTooLong,  ///< A line without an end.
};

class WorkerProcess {
 public:
  /// Errors: the program is missing or can't be started.
  static Result<std::unique_ptr<WorkerProcess>> start(Containment& containment,
                                                      const WorkerCommand& command);

  /// One that is another's child. `ended`: readable when it has. `told_exit`: its exit code, once
  /// that is known to the other; called by whoever calls exit_code().
  WorkerProcess(UniqueFd socket, UniqueFd ended, std::unique_ptr<TrialProcesses> processes,
                std::function<std::optional<int>()> told_exit);

  /// The next line that it says, without its end.
  Heard hear(std::string& line, int call, Nanos until);
  /// Says a line, to which the end is added. `passed`: a descriptor that goes with it.
  Heard say(const std::string& line, int call, Nanos until, int passed = -1);
  /// The descriptor that came with the last lines, if any did.
  [[nodiscard]] UniqueFd take_passed() { return std::move(passed_); }
  /// Whether it lives and has said nothing that was not heard.
  [[nodiscard]] bool is_ready();
  /// Nothing more will be said to it.
  void hang_up();

  [[nodiscard]] pid_t leader() const { return processes_->leader(); }
  [[nodiscard]] bool is_our_child() const { return !told_exit_; }
  /// Reaps it; none: it lives. Where another has reaped it and does not tell: kUnknownExit.
  std::optional<int> exit_code();
  /// KILL to it and all that it started. true: nothing of it is left.
  bool kill();
  /// Whether its containment ended by itself and took it along.
  [[nodiscard]] bool lost();
  [[nodiscard]] std::vector<pid_t> members();

  static constexpr int kUnknownExit = 125;

 private:
  /// Waits for the socket. kLine: something can be done there.
  Heard wait(short wanted, int call, Nanos until);
  bool take_line(std::string& line);
  /// As recv() and send(), with descriptors.
  ssize_t receive(char* buffer, std::size_t size);
  ssize_t send(const char* text, std::size_t size, int passed) const;
  [[nodiscard]] bool has_ended() const;

  SystemClock clock_;
  UniqueFd socket_;
  UniqueFd ended_;  ///< Readable when the process has ended; invalid where the kernel can't tell.
  std::string heard_;
  std::size_t searched_ = 0;  ///< No end of a line is before it.
  UniqueFd passed_;
  const std::function<std::optional<int>()> told_exit_;

  std::mutex mutex_;  ///< Guards all below.
  std::unique_ptr<TrialProcesses> processes_;
  std::optional<int> exit_code_;
};

}  // namespace hpopt
