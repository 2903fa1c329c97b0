// Sparkline: a curve in one line of text.
#pragma once

#include <string>
#include <vector>

namespace hpopt {

/// At most `width` columns, each the last value of its stretch; what is not finite is a blank.
[[nodiscard]] std::string sparkline(const std::vector<double>& values, int width, bool unicode);

}  // namespace hpopt
