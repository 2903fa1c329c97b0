// Signals: Ctrl-C and its like become a counter that the engine looks at.
#pragma once

#include <atomic>

#include "base/unique_fd.h"

namespace hpopt {

/// While it lives, SIGINT, SIGTERM and SIGHUP count instead of ending the process, SIGTSTP (Ctrl-Z)
/// counts instead of stopping it, and SIGPIPE does nothing: a study outlives the pipe that its
/// progress goes to. One at a time.
class SignalScope {
 public:
  SignalScope();
  SignalScope(const SignalScope&) = delete;
  SignalScope& operator=(const SignalScope&) = delete;
  ~SignalScope();

  [[nodiscard]] const std::atomic<int>* interrupts() const;
  [[nodiscard]] const std::atomic<int>* suspensions() const;
  /// Readable once a signal came.
  [[nodiscard]] int wake_fd() const { return wake_.get(); }

 private:
  UniqueFd wake_;
};

/// Stops this process until it is continued (`fg`, SIGCONT).
void suspend_process();

}  // namespace hpopt
