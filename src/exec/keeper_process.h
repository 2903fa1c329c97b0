// What a keeper does: a bare process (see bare_process.h).
#pragma once

#include <cstdint>

namespace hpopt {

constexpr std::int64_t kKeeperDeadline = 1;  ///< Its value: CLOCK_MONOTONIC, nanoseconds.
constexpr std::int64_t kKeeperWatch = 2;     ///< A session.
constexpr std::int64_t kKeeperForget = 3;

struct KeeperMessage {
  std::int64_t kind = 0;
  std::int64_t value = 0;
};

/// Lives until `control` ends or a deadline that came on it is reached, then kills. Never returns.
[[noreturn]] void run_keeper(int control, int cgroup, const char* mark);

}  // namespace hpopt
