#include "exec/keeper_process.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "exec/bare_process.h"
#include "exec/keeper.h"
#include "exec/keeper_sweep.h"

namespace hpopt {
namespace {

constexpr int kKeeperControl = 0;
constexpr int kKeeperCgroup = 1;
constexpr std::int64_t kKeeperPatience = 10'000'000'000;  // for what does not die of KILL
constexpr timespec kKeeperPause{0, 5'000'000};
/// So often nothing is to be found before it is believed: one that hands over to a child and ends
/// while we look is seen in neither.
constexpr int kCleanLooks = 20;

/// Of the folder of the cgroup. true: a live process is inside.
bool kill_cgroup() {
  const int file = ::openat(kKeeperCgroup, "cgroup.kill", O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  (void)!::write(file, "1", 1);
  ::close(file);
  std::array<char, 256> events{};
  return bare_read(kKeeperCgroup, "cgroup.events", events.data(), events.size()) > 0 &&
         std::strstr(events.data(), "populated 1") != nullptr;
}

void remove_trial(pid_t number, void* /*context*/) {
  BareDigits name{};
  ::unlinkat(kKeeperCgroup, bare_digits(number, name), AT_REMOVEDIR);
}

/// The last one of the session removes it: see CgroupSession, which calls its trials by numbers.
void remove_cgroup() {
  bare_numbers(kKeeperCgroup, remove_trial, nullptr);
  std::array<char, 4096> path{};
  const ssize_t length = ::readlink("/proc/self/fd/1", path.data(), path.size() - 1);
  if (length > 0) ::rmdir(path.data());
}

/// false: hpopt has ended.
bool hear(KeeperTargets& targets, std::int64_t& deadline) {
  KeeperMessage message;
  if (::read(kKeeperControl, &message, sizeof message) != sizeof message) return false;
  const auto session = static_cast<pid_t>(message.value);
  if (message.kind == kKeeperDeadline) deadline = message.value;
  if (message.kind == kKeeperWatch) targets.watch(session);
  if (message.kind == kKeeperForget) targets.forget(session);
  return true;
}

}  // namespace

void run_keeper(int control, int cgroup, const char* mark) {
  become_bare(kKeeperName, control, cgroup);
  (void)!::chdir("/");
  static KeeperTargets targets;
  targets.mark = mark;
  std::int64_t deadline = kBareNever;
  bool alone = false;
  while (!alone && bare_wait(kKeeperControl, deadline)) alone = !hear(targets, deadline);
  const std::int64_t until = bare_now() + kKeeperPatience;
  for (int clean = 0; clean < kCleanLooks && bare_now() < until;) {
    const bool inside = cgroup >= 0 && kill_cgroup();
    clean = sweep(targets) || inside ? 0 : clean + 1;
    ::nanosleep(&kKeeperPause, nullptr);
  }
  if (alone && cgroup >= 0) remove_cgroup();
  ::_exit(0);
}

}  // namespace hpopt
