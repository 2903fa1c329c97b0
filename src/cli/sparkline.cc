#include "cli/sparkline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

namespace hpopt {
namespace {

constexpr std::array<std::string_view, 8> kBlocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 8> kLetters{"_", ".", "-", "=", "+", "*", "%", "#"};

}  // namespace

std::string sparkline(const std::vector<double>& values, int width, bool unicode) {
  const std::size_t columns = std::min(values.size(), static_cast<std::size_t>(std::max(0, width)));
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  std::string line;
  for (std::size_t column = 0; column < columns; ++column) {
    const double value = values[(column + 1) * values.size() / columns - 1];
    if (!std::isfinite(value)) {
      line += ' ';
      continue;
    }
    const double share = high > low ? (value - low) / (high - low) : 0.5;
    const auto level = static_cast<std::size_t>(std::lround(share * 7));
    line += unicode ? kBlocks[level] : kLetters[level];
  }
  return line;
}

}  // namespace hpopt
