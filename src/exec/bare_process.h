// What a fork that doesn't exec may do. The process that it was forked from may have threads, so
// only async-signal-safe calls are allowed in it: no memory is taken, no lock, no stream.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace hpopt {

constexpr std::int64_t kBareNever = INT64_MAX;

/// CLOCK_MONOTONIC, nanoseconds.
[[nodiscard]] std::int64_t bare_now();

/// A session of its own, a name, default signals, and of ours only two descriptors, as 0 and 1; the
/// second may be -1.
void become_bare(const char* name, int first, int second);

/// Waits until `fd` can be read or has ended, or until `deadline` (CLOCK_MONOTONIC, nanoseconds).
/// true: it can be read.
[[nodiscard]] bool bare_wait(int fd, std::int64_t deadline);

/// The numbers that name the entries of a folder: processes in /proc, trials in a cgroup. Calls
/// `take(number, context)` for each.
void bare_numbers(int folder, void (*take)(pid_t number, void* context), void* context);

/// Room for a number as text, with the zero that ends it.
using BareDigits = std::array<char, 12>;
/// The number in it; where it begins there. REQUIRES: number > 0.
[[nodiscard]] const char* bare_digits(pid_t number, BareDigits& room);

/// What a small file says, ended by a zero. Its length; 0 when it can't be read.
[[nodiscard]] std::size_t bare_read(int folder, const char* path, char* buffer, std::size_t size);

}  // namespace hpopt
