// How a keeper finds what hpopt's trials have left, once they fall to nobody it knows. In a bare
// process (see bare_process.h): all room is taken beforehand.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>

namespace hpopt {

struct KeeperTargets {
  static constexpr std::size_t kMost = 4096;  ///< More than trials run or are held at a time.

  void watch(pid_t session);
  void forget(pid_t session);
  [[nodiscard]] bool has(pid_t session) const;

  const char* mark = nullptr;  ///< "NAME=value" of their environment.
  std::array<pid_t, kMost> sessions{};
  std::size_t count = 0;
};

/// KILL to all in the sessions, to all with the mark, and to all that descend from those. true:
/// there was a live one; it is to be called again, since others may have been born meanwhile.
bool sweep(const KeeperTargets& targets);

}  // namespace hpopt
