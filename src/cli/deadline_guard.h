// DeadlineGuard: the last means by which `hpopt run` ends in time. A call into the kernel may hang:
// a disk that dies, a network file system whose server is gone. Then the guard kills the trials,
// prints the answer as it was kept last, and ends the process.
//
//   DeadlineGuard guard("hpopt: warning: the disk does not answer\n");
//   guard.watch_opening(time, "hpopt: error: the store does not answer\n");
//   guard.keep({.out = answer, .err = complaint});          // now and again
//   guard.watch(seconds_left);
//   guard.printed(exit_code);                               // only the exit itself can hang now
//
// For the command line only: a library must not end its host. Threads: called from one; it has one
// of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "cli/exit_code.h"

namespace hpopt {

class DeadlineGuard {
 public:
  /// What goes to the output and to the error output.
  struct Words {
    std::string out;
    std::string err;
  };

  /// `silence` goes to the error output, once, when the engine gives no sign for some seconds.
  explicit DeadlineGuard(std::string silence) : silence_(std::move(silence)) {}
  DeadlineGuard(const DeadlineGuard&) = delete;
  DeadlineGuard& operator=(const DeadlineGuard&) = delete;
  /// Stands down.
  ~DeadlineGuard();

  /// Until the run is watched, it may take `time` seconds; then `words` go to the error output. One
  /// at a time in a process. A signal does it, because only a process without threads can enter a
  /// user namespace, as the run soon wants to.
  void watch_opening(double time, std::string words);
  /// The time is up in `left` seconds (infinity: never). A sign that the engine lives: called every
  /// second.
  void watch(double left);
  /// Nothing is watched until watch() is called again.
  void rest();
  /// What to print then.
  void keep(Words words);
  /// All is printed: then only end, with this code.
  void printed(int code);

 private:
  using Clock = std::chrono::steady_clock;
  void stand();
  [[nodiscard]] Clock::time_point next() const;
  [[noreturn]] void fire();

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::string silence_;
  Clock::time_point instant_;
  Clock::time_point sign_;  ///< Of the engine's life.
  bool silence_told_ = false;
  bool leaving_ = false;
  bool patient_once_ = false;  ///< After a sleep.
  Words words_;
  int code_ = kStoreFailed;
  std::thread thread_;
};

}  // namespace hpopt
