#include "exec/namespace_shim.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace hpopt {
namespace {

constexpr int kControl = 0;
constexpr int kReady = 1;
constexpr std::int64_t kNoDeadline = INT64_MAX;
constexpr std::int64_t kLongestWait = 3'600'000;  // milliseconds

std::int64_t shim_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Handlers of hpopt would run here. An init ignores what it doesn't handle; ignored children reap
/// themselves.
void forget_handlers() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  ::signal(SIGCHLD, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Locks and pipes of hpopt must not live on in the shim.
void keep_only(int control, int ready) {
  const int first = ::fcntl(control, F_DUPFD, 3);
  const int second = ::fcntl(ready, F_DUPFD, 3);
  ::dup2(first, kControl);
  ::dup2(second, kReady);
  ::syscall(SYS_close_range, 2U, ~0U, 0U);
}

}  // namespace

void run_namespace_shim(int control, int ready) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "hpopt-shim");
  ::setsid();
  forget_handlers();
  keep_only(control, ready);
  ShimReport report;
  if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    report.mount_error = errno;
  }
  if (::write(kReady, &report, sizeof report) != sizeof report) ::_exit(1);
  ::close(kReady);
  std::int64_t deadline = kNoDeadline;
  for (;;) {
    const std::int64_t left =
        deadline == kNoDeadline ? kLongestWait : (deadline - shim_now()) / 1'000'000 + 1;
    pollfd readable{kControl, POLLIN, 0};
    const int count =
        ::poll(&readable, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, kLongestWait)));
    if (count > 0 && ::read(kControl, &deadline, sizeof deadline) != sizeof deadline) ::_exit(0);
    if (shim_now() >= deadline) ::_exit(0);
  }
}

}  // namespace hpopt
