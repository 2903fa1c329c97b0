// The init of a PID namespace: a bare process (see bare_process.h).
#pragma once

#include <cstdint>

namespace hpopt {

/// What the shim tells on its `ready` pipe: 0, or the errno of what failed.
struct ShimReport {
  std::int32_t mount_error = 0;
};

/// Mounts a fresh /proc, tells how that went, then lives until `control` ends, an instant (8 bytes,
/// nanoseconds, CLOCK_MONOTONIC) that came on it is reached, or its parent dies. Never returns.
[[noreturn]] void run_namespace_shim(int control, int ready);

}  // namespace hpopt
