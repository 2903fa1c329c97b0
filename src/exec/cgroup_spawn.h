// Starting a program inside a cgroup from its first instruction: clone3() makes it there, so that
// it needs no move, which is slow and comes too late.
#pragma once

#include <sys/types.h>

namespace hpopt {

/// What the child needs, made before: after a fork of a process with threads no memory is taken.
struct CgroupSpawn {
  int cgroup = -1;  ///< The folder of the cgroup, open.
  const char* program = nullptr;
  char* const* argv = nullptr;
  char* const* environment = nullptr;
  const char* directory = nullptr;  ///< Null: ours.
  int in = -1;                      ///< -1: /dev/null.
  int out = -1;
  int err = -1;
};

/// As spawn() does it. Returns the child, or minus the errno of what failed.
[[nodiscard]] pid_t spawn_in_cgroup(const CgroupSpawn& spawn);

/// A fork of ours inside the cgroup, for a caller that takes no memory in it: 0 in the child, minus
/// the errno if it failed.
[[nodiscard]] pid_t fork_in_cgroup(int cgroup);

}  // namespace hpopt
