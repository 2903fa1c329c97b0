// Memory: what processes keep of it, and what the machine has left for us.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hpopt {

/// Bytes that would be free without these processes: pages that they share with others count by
/// their share. Frozen or not; those that are gone count nothing.
[[nodiscard]] std::uint64_t memory_of(const std::vector<pid_t>& processes);

/// Bytes that can still be had: what the machine has available, or what the limit of a cgroup that
/// we are in leaves, if that is less.
[[nodiscard]] std::uint64_t available_memory();

/// The same, with the folders in which the kernel tells: for tests.
[[nodiscard]] std::uint64_t available_memory(const std::string& proc, const std::string& cgroups);

}  // namespace hpopt
