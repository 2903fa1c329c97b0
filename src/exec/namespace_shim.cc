#include "exec/namespace_shim.h"

#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "exec/bare_process.h"

namespace hpopt {
namespace {

constexpr int kControl = 0;
constexpr int kReady = 1;

}  // namespace

// An init ignores the signals that it doesn't handle, and reaps by ignoring SIGCHLD.
void run_namespace_shim(int control, int ready) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  become_bare("hpopt-shim", control, ready);
  ShimReport report;
  if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    report.mount_error = errno;
  }
  if (::write(kReady, &report, sizeof report) != sizeof report) ::_exit(1);
  ::close(kReady);
  std::int64_t deadline = kBareNever;
  while (bare_wait(kControl, deadline)) {
    if (::read(kControl, &deadline, sizeof deadline) != sizeof deadline) break;
  }
  ::_exit(0);
}

}  // namespace hpopt
