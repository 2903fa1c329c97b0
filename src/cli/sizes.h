// Sizes: bytes as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace hpopt {

/// "0 bytes", "812 bytes", "3.4 MiB".
[[nodiscard]] std::string human_bytes(std::uintmax_t bytes);

}  // namespace hpopt
