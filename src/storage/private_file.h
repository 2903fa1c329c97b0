// Files of the store that are the owner's alone.
#pragma once

#include <fcntl.h>

#include <string>

#include "base/unique_fd.h"

namespace hpopt {

/// To read and write; made, mode 0600, where it is missing. None: see errno.
[[nodiscard]] inline UniqueFd open_private_file(const std::string& path) {
  constexpr mode_t kOwnerOnly = 0600;
  return UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly));
}

}  // namespace hpopt
