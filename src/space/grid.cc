#include "space/grid.h"

#include <algorithm>
#include <cmath>

#include "space/decimal.h"

namespace hpopt {
namespace {

/// A number that is off by this share of a step still counts as on the grid.
constexpr double kGridTolerance = 1e-9;
/// The rounding error of low + index * step, as a share of the greatest magnitude.
constexpr double kSumError = 1.5e-15;

std::uint64_t steps_between(double low, double high, double step) {
  return static_cast<std::uint64_t>(std::floor((high - low) / step + kGridTolerance));
}

/// Free of rounding noise (0.1 + 0.2 gives 0.3), but never moved to a neighbour's place.
double clean(double value, double magnitude, double step) {
  const double tolerance = std::min(kSumError * magnitude, step / 32);
  return tolerance > 0 ? round_absolute(value, tolerance) : value;
}

/// The lower and upper edges of all cells of a log grid with more than one value.
struct LogSpan {
  double lower;
  double width;  ///< In log space.
};

LogSpan log_span(const Grid& grid) {
  const double half = grid.step / 2;
  const double greatest = grid.low + static_cast<double>(grid.last) * grid.step;
  const double lower = grid.low * (grid.low / (grid.low + half));
  const double upper = greatest * (greatest / (greatest - half));
  return {lower, std::log(upper / lower)};
}

/// Where the lower edge of the index's cell lies in [0, 1].
double log_edge(const Grid& grid, const LogSpan& span, std::uint64_t index) {
  if (index == 0) return 0;
  if (index > grid.last) return 1;
  const double edge = grid.low + (static_cast<double>(index) - 0.5) * grid.step;
  return std::log(edge / span.lower) / span.width;
}

}  // namespace

Grid grid_of(const FloatDomain& domain) {
  return {domain.low, domain.step, steps_between(domain.low, domain.high, domain.step),
          domain.scale};
}

Grid grid_of(const IntDomain& domain) {
  const std::uint64_t width =
      static_cast<std::uint64_t>(domain.high) - static_cast<std::uint64_t>(domain.low);
  return {static_cast<double>(domain.low), static_cast<double>(domain.step),
          width / static_cast<std::uint64_t>(domain.step), domain.scale};
}

Grid grid_of(const BetaDomain& domain) {
  return {0, domain.step, steps_between(0, 1, domain.step), Scale::kLinear};
}

double cell_middle(const Grid& grid, std::uint64_t index) {
  if (grid.last == 0) return 0.5;
  if (grid.scale == Scale::kLog) {
    const LogSpan span = log_span(grid);
    return (log_edge(grid, span, index) + log_edge(grid, span, index + 1)) / 2;
  }
  const long double count = static_cast<long double>(grid.last) + 1;
  return static_cast<double>((static_cast<long double>(index) + 0.5L) / count);
}

std::uint64_t cell_at(const Grid& grid, double unit) {
  if (grid.last == 0) return 0;
  if (grid.scale == Scale::kLog) {
    const LogSpan span = log_span(grid);
    return nearest_index(grid, span.lower * std::exp(unit * span.width));
  }
  const long double last = static_cast<long double>(grid.last);
  return static_cast<std::uint64_t>(std::min(std::floor(unit * (last + 1)), last));
}

std::uint64_t nearest_index(const Grid& grid, double number) {
  const long double steps = std::round((static_cast<long double>(number) - grid.low) / grid.step);
  const long double last = static_cast<long double>(grid.last);
  return static_cast<std::uint64_t>(std::clamp(steps, 0.0L, last));
}

bool on_grid(const Grid& grid, double number) {
  const double steps = (number - grid.low) / grid.step;
  const double whole = std::round(steps);
  return std::abs(steps - whole) <= kGridTolerance * std::max(1.0, std::abs(whole) * 1e-6) &&
         whole >= 0 && whole <= static_cast<double>(grid.last);
}

double grid_value(const FloatDomain& domain, std::uint64_t index) {
  const double value = domain.low + static_cast<double>(index) * domain.step;
  if (index == 0) return domain.low;
  if (std::abs(value - domain.high) <= kGridTolerance * domain.step) return domain.high;
  const double magnitude = std::max(std::abs(domain.low), std::abs(domain.high));
  return std::min(clean(value, magnitude, domain.step), domain.high);
}

std::int64_t grid_value(const IntDomain& domain, std::uint64_t index) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(domain.low) +
                                   index * static_cast<std::uint64_t>(domain.step));
}

bool is_whole_step(double step) { return step > 0 && step < 0x1p53 && std::floor(step) == step; }

double step_of(const Domain& domain) {
  return std::visit(
      [](const auto& kind) -> double {
        if constexpr (requires { kind.step; }) return static_cast<double>(kind.step);
        return 0;
      },
      domain);
}

Value multiple_of(double step, double count) {
  const double product = step * count;
  if (is_whole_step(step) && std::abs(product) < 0x1p63) return static_cast<std::int64_t>(product);
  return clean(product, std::abs(product), step);
}

}  // namespace hpopt
