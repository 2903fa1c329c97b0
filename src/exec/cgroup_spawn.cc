#include "exec/cgroup_spawn.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "base/unique_fd.h"
#include "exec/descriptor_limit.h"

namespace hpopt {
namespace {

/// All signals wait, so that no handler of ours runs in the child.
class SignalsWait {
 public:
  SignalsWait() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsWait() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsWait(const SignalsWait&) = delete;
  SignalsWait& operator=(const SignalsWait&) = delete;

 private:
  sigset_t before_{};
};

/// The handlers are reset already; what was ignored is not. The C library may guard SIGABRT with a
/// lock that another thread held at the fork, so that is left as it is.
void default_signals() {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    if (number == SIGABRT || ::sigaction(number, nullptr, &action) != 0) continue;
    if (action.sa_handler == SIG_IGN) ::signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

constexpr int kTell = 3;

/// Standard input, output and error, and kTell; nothing else of ours stays open, as what comes next
/// may hang.
bool set_descriptors(const CgroupSpawn& spawn, int tell) {
  const int in = spawn.in >= 0 ? spawn.in : ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  // Above the standard ones first: one may lie where another belongs.
  const std::array<int, 3> wanted{::fcntl(in, F_DUPFD_CLOEXEC, 3),
                                  ::fcntl(spawn.out, F_DUPFD_CLOEXEC, 3),
                                  ::fcntl(spawn.err, F_DUPFD_CLOEXEC, 3)};
  for (int target = 0; target < 3; ++target) {
    if (::dup2(wanted[static_cast<std::size_t>(target)], target) < 0) return false;
  }
  if (tell != kTell && ::dup3(tell, kTell, O_CLOEXEC) < 0) return false;
  return ::syscall(SYS_close_range, kTell + 1U, ~0U, 0U) == 0;
}

/// Returns only the errno of what failed. `tell` is where to tell it.
int become(const CgroupSpawn& spawn, int& tell) {
  ::setsid();
  if (!set_descriptors(spawn, tell)) return errno;
  tell = kTell;
  restore_descriptor_limit(0);
  if (spawn.directory != nullptr && ::chdir(spawn.directory) != 0) return errno;
  default_signals();
  ::execve(spawn.program, spawn.argv, spawn.environment);
  return errno;
}

}  // namespace

pid_t fork_in_cgroup(int cgroup) {
  clone_args arguments{};
  arguments.flags = CLONE_INTO_CGROUP | CLONE_CLEAR_SIGHAND;
  arguments.exit_signal = SIGCHLD;
  arguments.cgroup = static_cast<__aligned_u64>(cgroup);
  const long child = ::syscall(SYS_clone3, &arguments, sizeof arguments);
  return static_cast<pid_t>(child < 0 ? -errno : child);
}

pid_t spawn_in_cgroup(const CgroupSpawn& spawn) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return -errno;
  const UniqueFd trouble(ends[0]);
  UniqueFd tell(ends[1]);
  pid_t child = 0;
  {
    const SignalsWait wait;
    child = fork_in_cgroup(spawn.cgroup);
    if (child == 0) {
      int told = tell.get();
      const int failed = become(spawn, told);
      (void)!::write(told, &failed, sizeof failed);
      ::_exit(127);
    }
  }
  if (child < 0) return child;
  tell.reset();
  int failed = 0;
  ssize_t got = 0;
  do got = ::read(trouble.get(), &failed, sizeof failed);
  while (got < 0 && errno == EINTR);
  if (got == 0) return child;  // exec closed it
  ::waitpid(child, nullptr, 0);
  return -failed;
}

}  // namespace hpopt
