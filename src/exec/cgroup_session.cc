#include "exec/cgroup_session.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "exec/cgroup_spawn.h"

namespace hpopt {
namespace {

constexpr const char* kPrefix = "hpopt-";
constexpr int kMostTries = 100;
constexpr Nanos kDying = std::chrono::milliseconds(200);
constexpr Nanos kProbe = std::chrono::seconds(2);

Error unusable(const std::string& what, int error_number) {
  return {Code::kUnavailable,
          fmt::format("{}: {}", what, std::generic_category().message(error_number)),
          {},
          "a Linux of 5.14 or later has all that is needed"};
}

bool lock(const Cgroup& group) { return ::flock(group.fd(), LOCK_EX | LOCK_NB) == 0; }

bool kill_and_remove(Cgroup& group) {
  const SystemClock clock;
  const Nanos until = clock.monotonic() + kDying;
  group.kill();
  while (!group.remove()) {
    if (clock.monotonic() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

void remove_abandoned(const std::string& home) {
  std::error_code failed;
  std::vector<std::string> found;
  for (std::filesystem::directory_iterator entry(home, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->path().filename().string().starts_with(kPrefix)) found.push_back(entry->path());
  }
  for (const std::string& path : found) {
    auto group = Cgroup::open(path);
    if (group && lock(*group)) kill_and_remove(*group);
  }
}

/// Ours alone: another hpopt may take a new one, not yet locked, for abandoned.
Result<Cgroup> make_locked(const std::string& home) {
  static std::atomic<int> number{0};
  for (int attempt = 0; attempt < kMostTries; ++attempt) {
    auto group = Cgroup::make(fmt::format("{}/{}{}-{}", home, kPrefix, ::getpid(), ++number));
    if (!group && group.error().code != Code::kConflict) return group.error();
    if (group && lock(*group) && exists(group->path())) return group;
  }
  return Error{Code::kUnavailable, "no cgroup of its own could be had in " + home, {}, {}};
}

/// Frozen or not, it dies with us, and holds nothing of ours: not our output, not the lock.
[[noreturn]] void be_probed(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);
  ::syscall(SYS_close_range, 0U, ~0U, 0U);
  for (;;) ::pause();
}

/// A process is born inside, frozen and killed while it is frozen: all that we rely on.
Status probe(Cgroup& group) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return unusable("no pipe can be had", errno);
  const UniqueFd ready(ends[0]);
  UniqueFd held(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t process = fork_in_cgroup(group.fd());
  if (process < 0) return unusable("no process can be started in " + group.path(), -process);
  if (process == 0) be_probed(parent);
  held.reset();
  char none = 0;
  while (::read(ready.get(), &none, 1) < 0 && errno == EINTR) continue;
  const bool killed = group.freeze(kProbe) && group.kill();
  const int refused = errno;
  if (!killed) ::kill(process, SIGKILL);
  group.thaw();
  ::waitpid(process, nullptr, 0);
  return killed ? success() : unusable("a cgroup can't be frozen and killed", refused);
}

}  // namespace

Result<std::unique_ptr<CgroupSession>> CgroupSession::open() {
  const auto home = own_cgroup();
  if (!home) return home.error();
  remove_abandoned(*home);
  auto group = make_locked(*home);
  if (!group) return group.error();
  std::unique_ptr<CgroupSession> session(new CgroupSession(std::move(*group)));
  if (Status works = probe(session->group_); !works) return works.error();
  return session;
}

CgroupSession::~CgroupSession() { kill_and_remove(group_); }

Result<Cgroup> CgroupSession::make_trial() {
  return Cgroup::make(fmt::format("{}/{}", group_.path(), ++trials_));
}

}  // namespace hpopt
