#include "exec/pid_namespace.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "exec/namespace_shim.h"

namespace hpopt {
namespace {

constexpr Nanos kPatience = std::chrono::milliseconds(300);  // for the death of the shim

Error refused(std::string_view what, int error_number) {
  return {Code::kUnavailable,
          fmt::format("{}: {}", what, std::generic_category().message(error_number)),
          {},
          "allow user namespaces, or run with CAP_SYS_ADMIN"};
}

/// A pair of sockets, since a write to one whose reader has gone raises no signal.
Status make_pair(UniqueFd& one, UniqueFd& other) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return refused("no socket to the shim", errno);
  }
  one.reset(ends[0]);
  other.reset(ends[1]);
  return success();
}

bool write_whole(const char* path, std::string_view text) {
  const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// 0, or the errno of the first step that failed. `maps`: "1000 1000 1", made before for a fork's
/// sake.
int become_user_namespace(std::string_view user_map, std::string_view group_map) {
  if (::unshare(CLONE_NEWUSER) != 0) return errno;
  const bool mapped = write_whole("/proc/self/setgroups", "deny") &&
                      write_whole("/proc/self/uid_map", user_map) &&
                      write_whole("/proc/self/gid_map", group_map);
  return mapped ? 0 : errno;
}

/// Everything that open() will need, tried where nothing is lost.
int try_all(std::string_view user_map, std::string_view group_map) {
  if (const int failed = become_user_namespace(user_map, group_map); failed != 0) return failed;
  if (::unshare(CLONE_NEWPID | CLONE_NEWNS) != 0) return errno;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) return errno;
  const pid_t inner = ::_Fork();
  if (inner < 0) return errno;
  if (inner == 0) {
    const bool mounted =
        ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0;
    ::_exit(mounted ? 0 : errno);
  }
  int status = 0;
  ::waitpid(inner, &status, 0);
  return exit_code_of(status);
}

}  // namespace

Status enter_user_namespace() {
  const std::string user_map = fmt::format("{0} {0} 1", ::geteuid());
  const std::string group_map = fmt::format("{0} {0} 1", ::getegid());
  const pid_t tried = ::_Fork();
  if (tried < 0) return refused("no process to try a user namespace in", errno);
  if (tried == 0) ::_exit(try_all(user_map, group_map));
  int status = 0;
  ::waitpid(tried, &status, 0);
  if (const int failed = exit_code_of(status); failed != 0) {
    return refused("a user namespace with a /proc of its own is refused", failed);
  }
  const int failed = become_user_namespace(user_map, group_map);
  return failed == 0 ? success() : refused("a user namespace is refused", failed);
}

Result<std::unique_ptr<PidNamespace>> PidNamespace::open() {
  std::unique_ptr<PidNamespace> space(new PidNamespace());
  space->thread_ = std::thread([raw = space.get()] { raw->serve(); });
  std::unique_lock lock(space->mutex_);
  space->changed_.wait(lock, [&] { return space->ready_; });
  if (!space->entered_) return space->entered_.error();
  lock.unlock();
  return space;
}

PidNamespace::~PidNamespace() {
  kill();
  {
    const std::scoped_lock lock(mutex_);
    leaving_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  reap_shim();
}

void PidNamespace::kill() {
  if (shim_ <= 0) return;
  if (!killed_at_) killed_at_ = SystemClock().monotonic();
  ::kill(shim_, SIGKILL);
}

bool PidNamespace::has_ended() const {
  siginfo_t info{};
  const int failed = ::waitid(P_PID, static_cast<id_t>(shim_), &info, WEXITED | WNOHANG | WNOWAIT);
  return shim_ <= 0 || failed != 0 || info.si_pid == shim_;
}

// A process closes what it has open before the kernel kills those for whom it is the init.
bool PidNamespace::is_broken() const {
  if (killed_at_) return false;
  char unused = 0;
  const ssize_t got = ::recv(control_.get(), &unused, 1, MSG_PEEK | MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);  // it may leave words unread
}

/// The shim stays unreaped while a process inside hangs in the kernel; then it is left to our own
/// end.
void PidNamespace::reap_shim() {
  if (shim_ <= 0) return;
  const SystemClock clock;
  const Nanos until = killed_at_.value_or(clock.monotonic()) + kPatience;
  while (!has_ended()) {
    if (clock.monotonic() >= until) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ::waitpid(shim_, nullptr, 0);
}

void PidNamespace::serve() {
  std::unique_lock lock(mutex_);
  entered_ = enter();
  ready_ = true;
  changed_.notify_all();
  for (;;) {
    changed_.wait(lock, [&] { return leaving_ || request_ != nullptr; });
    if (leaving_) return;
    answer_ = hpopt::spawn(*request_);
    answered_ = true;
    request_ = nullptr;
    changed_.notify_all();
  }
}

Status PidNamespace::enter() {
  if (::unshare(CLONE_NEWPID | CLONE_NEWNS) != 0)
    return refused("a PID namespace is refused", errno);
  // Mounts of the machine still arrive here, ours stay here.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return refused("mounts of its own are refused", errno);
  }
  return fork_shim();
}

Status PidNamespace::fork_shim() {
  UniqueFd control;
  UniqueFd ready;
  UniqueFd tell;
  if (Status made = make_pair(control, control_); !made) return made;
  if (Status made = make_pair(ready, tell); !made) return made;
  const pid_t process = ::_Fork();
  if (process < 0) return refused("the shim can't be started", errno);
  if (process == 0) run_namespace_shim(control.get(), tell.get());
  shim_ = process;
  tell.reset();
  ShimReport report;
  if (::read(ready.get(), &report, sizeof report) != sizeof report) {
    return refused("the shim ended at once", EIO);
  }
  if (report.mount_error != 0) return refused("a fresh /proc is refused", report.mount_error);
  return success();
}

Result<pid_t> PidNamespace::spawn(const SpawnRequest& request) {
  std::unique_lock lock(mutex_);
  answered_ = false;
  request_ = &request;
  changed_.notify_all();
  changed_.wait(lock, [&] { return answered_; });
  return answer_;
}

void PidNamespace::set_deadline(Nanos instant) {
  const std::int64_t nanoseconds = instant.count();
  ::send(control_.get(), &nanoseconds, sizeof nanoseconds, MSG_NOSIGNAL);
}

}  // namespace hpopt
