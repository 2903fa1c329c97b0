#include "exec/keeper_sweep.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "exec/bare_process.h"

namespace hpopt {
namespace {

struct Found {
  pid_t process;
  pid_t parent;
  bool live;
  bool ours;
  bool killed;
};

/// Of one sweep; static, since a bare process takes no memory.
struct Sweep {
  static constexpr std::size_t kMost = std::size_t{1} << 16U;
  const KeeperTargets* targets = nullptr;
  int proc = -1;
  std::array<Found, kMost> found{};
  std::size_t count = 0;
};

/// Into "123/stat".
void append_path(std::array<char, 32>& path, pid_t process, const char* file) {
  BareDigits digits{};
  char* end = ::stpcpy(path.data(), bare_digits(process, digits));
  ::stpcpy(end, file);
}

/// Whether its environment has the mark, whole. Read in pieces that overlap.
bool has_mark(int proc, pid_t process, const char* mark) {
  static std::array<char, 16384> text;
  std::array<char, 32> path{};
  append_path(path, process, "/environ");
  const int file = ::openat(proc, path.data(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const std::size_t wanted = std::strlen(mark) + 1;  // with the zero that ends it
  std::size_t kept = 1;
  text[0] = '\0';  // what stands before the first
  bool seen = false;
  while (!seen) {
    const ssize_t got = ::read(file, text.data() + kept, text.size() - kept);
    if (got <= 0) break;
    const std::size_t length = kept + static_cast<std::size_t>(got);
    for (std::size_t at = 1; !seen && at + wanted <= length; ++at) {
      seen = text[at - 1] == '\0' && std::memcmp(text.data() + at, mark, wanted) == 0;
    }
    kept = std::min(length, wanted);
    std::memmove(text.data(), text.data() + length - kept, kept);
  }
  ::close(file);
  return seen;
}

// "12 (a name) S parent group session ...": the name may hold anything.
void look_at(pid_t process, void* context) {
  auto& sweep = *static_cast<Sweep*>(context);
  std::array<char, 32> path{};
  std::array<char, 512> text{};
  append_path(path, process, "/stat");
  if (bare_read(sweep.proc, path.data(), text.data(), text.size()) == 0) return;
  const char* rest = std::strrchr(text.data(), ')');
  if (rest == nullptr || std::strlen(rest) < 4 || sweep.count == Sweep::kMost) return;
  const char state = rest[2];
  char* next = nullptr;
  const auto parent = static_cast<pid_t>(std::strtol(rest + 3, &next, 10));
  std::strtol(next, &next, 10);  // its group
  const auto session = static_cast<pid_t>(std::strtol(next, nullptr, 10));
  const bool ours = sweep.targets->has(session);
  sweep.found[sweep.count++] = {process, parent, state != 'Z' && state != 'X', ours, false};
}

bool is_ours(const Sweep& sweep, pid_t process) {
  const Found* begin = sweep.found.data();
  const Found* end = begin + sweep.count;
  const auto before = [](const Found& found, pid_t number) { return found.process < number; };
  const Found* at = std::lower_bound(begin, end, process, before);
  return at != end && at->process == process && at->ours;
}

/// The kernel lists processes in the order of their numbers. Children often have greater ones, so
/// that few rounds are enough.
void add_descendants(Sweep& sweep) {
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < sweep.count; ++i) {
      Found& found = sweep.found[i];
      if (found.ours || !is_ours(sweep, found.parent)) continue;
      found.ours = true;
      more = true;
    }
  }
}

/// Whether any that was not killed before was live.
bool kill_ours(Sweep& sweep) {
  bool any = false;
  for (std::size_t i = 0; i < sweep.count; ++i) {
    Found& found = sweep.found[i];
    if (!found.ours || found.killed) continue;
    ::kill(found.process, SIGKILL);
    found.killed = true;
    any = any || found.live;
  }
  return any;
}

void find_marks(Sweep& sweep) {
  for (std::size_t i = 0; i < sweep.count; ++i) {
    Found& found = sweep.found[i];
    found.ours = found.ours || has_mark(sweep.proc, found.process, sweep.targets->mark);
  }
}

}  // namespace

void KeeperTargets::watch(pid_t session) {
  if (count < kMost && !has(session)) sessions[count++] = session;
}

void KeeperTargets::forget(pid_t session) {
  auto* const end = sessions.data() + count;
  count = static_cast<std::size_t>(std::remove(sessions.data(), end, session) - sessions.data());
}

bool KeeperTargets::has(pid_t session) const {
  const auto* const end = sessions.data() + count;
  return std::find(sessions.data(), end, session) != end;
}

// The environment of a process that hangs can't be read before it goes on, so the marks are looked
// at when all that can be told without them are killed.
bool sweep(const KeeperTargets& targets) {
  static Sweep sweep;
  sweep.targets = &targets;
  sweep.count = 0;
  sweep.proc = ::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (sweep.proc < 0) return false;
  bare_numbers(sweep.proc, look_at, &sweep);
  add_descendants(sweep);
  bool any = kill_ours(sweep);
  find_marks(sweep);
  add_descendants(sweep);
  any = kill_ours(sweep) || any;
  ::close(sweep.proc);
  return any;
}

}  // namespace hpopt
