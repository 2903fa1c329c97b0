#include "cli/program_start.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

namespace hpopt {
namespace {

constexpr Nanos kAtMost = std::chrono::milliseconds(300);
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr int kFieldsBetween = 19;  // of /proc/[pid]/stat: from the name to the start

/// Since the machine was started, when this process was forked. 0: not known.
Nanos forked() {
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(text.rfind(')') + 1));  // the name may hold anything
  std::string skipped;
  for (int i = 0; i < kFieldsBetween; ++i) fields >> skipped;
  std::int64_t ticks = 0;
  fields >> ticks;
  return fields ? Nanos(ticks * (kSecond / sysconf(_SC_CLK_TCK))) : Nanos{0};
}

}  // namespace

Nanos program_began(const Clock& clock) {
  const Nanos now = clock.monotonic();
  const Nanos fork = forked();
  timespec since{};
  if (fork == Nanos{0} || clock_gettime(CLOCK_BOOTTIME, &since) != 0) return now;
  const Nanos age = std::chrono::seconds(since.tv_sec) + Nanos(since.tv_nsec) - fork;
  return now - std::clamp(age, Nanos{0}, kAtMost);
}

}  // namespace hpopt
