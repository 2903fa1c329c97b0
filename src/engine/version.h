#pragma once

#include <string_view>

namespace hpopt {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace hpopt
