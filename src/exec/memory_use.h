// Memory: what processes keep of it, and what the machine has left for us.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hpopt {

/// Bytes that would be free without these processes: pages that they share with others count by
/// their share. Takes a moment for each GiB, and waits for a process that maps memory: for frozen
/// ones; of what is beyond some GiB or many it is only guessed. Those that are gone count nothing.
[[nodiscard]] std::uint64_t memory_of(const std::vector<pid_t>& processes);
/// A guess at the same that waits for nobody: pages that they share as files are left out, others
/// count for each.
[[nodiscard]] std::uint64_t quick_memory_of(const std::vector<pid_t>& processes);

/// Bytes that can still be had: what the machine has available, or what the limit of a cgroup that
/// we are in leaves, if that is less.
[[nodiscard]] std::uint64_t available_memory();

/// The same, with the folders in which the kernel tells: for tests.
[[nodiscard]] std::uint64_t available_memory(const std::string& proc, const std::string& cgroups);

}  // namespace hpopt
