#include "space/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace hpopt {
namespace {

constexpr int kMostDigits = 14;
constexpr int kMostPlaces = 300;

/// Half a unit of the last of `places` decimal places is at least the tolerance.
int places_for(double tolerance) {
  return static_cast<int>(std::floor(-std::log10(2 * tolerance)));
}

double read_back(const char* from, const char* to, double otherwise) {
  double value = otherwise;
  std::from_chars(from, to, value);
  return value;
}

}  // namespace

double round_absolute(double value, double tolerance) {
  const int places = std::min(places_for(tolerance), kMostPlaces);
  if (places < 0) {
    const double unit = std::pow(10.0, -places);
    return std::round(value / unit) * unit;
  }
  std::array<char, 800> text{};  // The sign, 309 digits before the point and 300 after it.
  const auto end = fmt::format_to_n(text.begin(), text.size(), "{:.{}f}", value, places);
  const double rounded = read_back(text.data(), end.out, value);
  return rounded == 0 ? 0 : rounded;  // No -0.0.
}

double round_relative(double value, double tolerance) {
  const int digits = std::clamp(places_for(tolerance), 1, kMostDigits);
  std::array<char, 40> text{};
  const auto end = fmt::format_to_n(text.begin(), text.size(), "{:.{}e}", value, digits - 1);
  return read_back(text.data(), end.out, value);
}

}  // namespace hpopt
