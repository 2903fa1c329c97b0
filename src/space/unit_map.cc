#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/beta.hpp>

#include "hpopt/domain.h"
#include "space/decimal.h"
#include "space/grid.h"

namespace hpopt {
namespace {

using boost::math::normal;

// Error bounds of the maps there and back, from a handful of roundings of 2^-53 each.
constexpr double kLinearError = 1.5e-15;  // Of the greatest magnitude.
constexpr double kLogError = 1e-15;       // Of the greatest logarithm.
constexpr double kNormalError = 1e-12;    // Of sigma: 2^-53 over the density at the range's ends.
constexpr double kBetaError = 2e-9;       // 2^-53 over the density where the tails below are cut.

constexpr double kNormalTail = 5e-4;  // Each side of the central 99.9%.
constexpr double kBetaTail = 1e-6;
/// A cell of a quantised beta prior is at least this share of an equal cell, so that every value
/// has a u of its own however thin its tail is.
constexpr double kEvenShare = 1e-6;

double middle_of(double a, double b) { return a + (b - a) / 2; }

double float_tolerance(const FloatDomain& domain) {
  return kLinearError * std::max(std::abs(domain.low), std::abs(domain.high));
}

double log_tolerance(double least_log, double greatest_log) {
  const double span = greatest_log - least_log;
  return kLogError * std::max({1.0, std::abs(least_log), std::abs(greatest_log), span});
}

double continuous_to_unit(const FloatDomain& domain, double x) {
  if (x <= domain.low || domain.low == domain.high) return domain.low == domain.high ? 0.5 : 0;
  if (x >= domain.high) return 1;
  if (domain.scale == Scale::kLog) {
    const double least = std::log(domain.low);
    return (std::log(x) - least) / (std::log(domain.high) - least);
  }
  // Halves: the width of the widest range would overflow.
  return (x / 2 - domain.low / 2) / (domain.high / 2 - domain.low / 2);
}

double continuous_from_unit(const FloatDomain& domain, double unit) {
  if (unit <= 0) return domain.low;
  if (unit >= 1) return domain.high;
  double x = 0;
  if (domain.scale == Scale::kLog) {
    const double least = std::log(domain.low);
    const double greatest = std::log(domain.high);
    x = round_relative(std::exp(least + unit * (greatest - least)), log_tolerance(least, greatest));
  } else {
    x = domain.low * (1 - unit) + domain.high * unit;
    const double tolerance = float_tolerance(domain);
    if (tolerance > 0) x = round_absolute(x, tolerance);
  }
  return std::clamp(x, domain.low, domain.high);
}

// The normal prior, truncated to its central part.

double normal_unit(const NormalDomain& domain, double x) {
  if (domain.log && x <= 0) return 0;
  const double z = ((domain.log ? std::log(x) : x) - domain.mu) / domain.sigma;
  if (std::isinf(z)) return z < 0 ? 0 : 1;
  return std::clamp((cdf(normal(), z) - kNormalTail) / (1 - 2 * kNormalTail), 0.0, 1.0);
}

double normal_quantile(const NormalDomain& domain, double unit) {
  const double z = quantile(normal(), kNormalTail + unit * (1 - 2 * kNormalTail));
  const double bell = domain.mu + domain.sigma * z;
  return domain.log ? std::exp(bell) : bell;
}

double normal_draw(const NormalDomain& domain, double unit) {
  const double x = normal_quantile(domain, unit);
  const double reach = std::abs(domain.mu) + 4 * domain.sigma;
  const double error = kNormalError * domain.sigma;
  if (domain.log) return round_relative(x, error + kLogError * std::max(1.0, reach));
  return round_absolute(x, error + kLinearError * reach);
}

double normal_cell_middle(const NormalDomain& domain, double x) {
  const double count = std::round(x / domain.step);
  return middle_of(normal_unit(domain, (count - 0.5) * domain.step),
                   normal_unit(domain, (count + 0.5) * domain.step));
}

// The beta prior.

double beta_unit(const BetaDomain& domain, double x) {
  const double mass = boost::math::ibeta(domain.a, domain.b, std::clamp(x, 0.0, 1.0));
  return std::clamp((mass - kBetaTail) / (1 - 2 * kBetaTail), 0.0, 1.0);
}

double beta_draw(const BetaDomain& domain, double unit) {
  const double mass = kBetaTail + unit * (1 - 2 * kBetaTail);
  const double x = boost::math::ibeta_inv(domain.a, domain.b, mass);
  return std::clamp(round_absolute(x, kBetaError), 0.0, 1.0);
}

/// Where the lower edge of the index's cell lies.
double beta_edge(const BetaDomain& domain, const Grid& grid, std::uint64_t index) {
  if (index == 0) return 0;
  if (index > grid.last) return 1;
  const double share = static_cast<double>(index) / (static_cast<double>(grid.last) + 1);
  const double x = (static_cast<double>(index) - 0.5) * domain.step;
  const double mass = boost::math::ibeta(domain.a, domain.b, std::min(x, 1.0));
  return (1 - kEvenShare) * mass + kEvenShare * share;
}

std::uint64_t beta_cell_at(const BetaDomain& domain, const Grid& grid, double unit) {
  std::uint64_t low = 0;
  std::uint64_t high = grid.last;
  while (low < high) {
    const std::uint64_t probe = high - (high - low) / 2;
    if (beta_edge(domain, grid, probe) <= unit) {
      low = probe;
    } else {
      high = probe - 1;
    }
  }
  return low;
}

double weight_of(const CategoricalDomain& domain, std::size_t index) {
  return domain.weights.empty() ? 1.0 : domain.weights[index];
}

double weight_sum(const CategoricalDomain& domain) {
  if (domain.weights.empty()) return static_cast<double>(domain.values.size());
  return std::accumulate(domain.weights.begin(), domain.weights.end(), 0.0);
}

struct ToUnit {
  const Value& value;

  double operator()(const FloatDomain& domain) const {
    if (domain.step == 0) return continuous_to_unit(domain, value.as_double());
    const Grid grid = grid_of(domain);
    return cell_middle(grid, nearest_index(grid, value.as_double()));
  }
  double operator()(const IntDomain& domain) const {
    const std::uint64_t distance =
        static_cast<std::uint64_t>(value.as_int()) - static_cast<std::uint64_t>(domain.low);
    return cell_middle(grid_of(domain), distance / static_cast<std::uint64_t>(domain.step));
  }
  double operator()(const NormalDomain& domain) const {
    if (domain.step == 0) return normal_unit(domain, value.as_double());
    return normal_cell_middle(domain, value.as_double());
  }
  double operator()(const BetaDomain& domain) const {
    if (domain.step == 0) return beta_unit(domain, value.as_double());
    const Grid grid = grid_of(domain);
    const std::uint64_t index = nearest_index(grid, value.as_double());
    return middle_of(beta_edge(domain, grid, index), beta_edge(domain, grid, index + 1));
  }
  double operator()(const CategoricalDomain& domain) const {
    double before = 0;
    for (std::size_t i = 0; i < domain.values.size(); ++i) {
      const double weight = weight_of(domain, i);
      if (domain.values[i] == value) return (before + weight / 2) / weight_sum(domain);
      before += weight;
    }
    return 0;
  }
  double operator()(const FixedDomain&) const { return 0.5; }
};

struct FromUnit {
  double unit;

  Value operator()(const FloatDomain& domain) const {
    if (domain.step == 0) return continuous_from_unit(domain, unit);
    return grid_value(domain, cell_at(grid_of(domain), unit));
  }
  Value operator()(const IntDomain& domain) const {
    return grid_value(domain, cell_at(grid_of(domain), unit));
  }
  Value operator()(const NormalDomain& domain) const {
    if (domain.step == 0) return normal_draw(domain, unit);
    return multiple_of(domain.step, std::round(normal_quantile(domain, unit) / domain.step));
  }
  Value operator()(const BetaDomain& domain) const {
    if (domain.step == 0) return beta_draw(domain, unit);
    const Grid grid = grid_of(domain);
    return multiple_of(domain.step, static_cast<double>(beta_cell_at(domain, grid, unit)));
  }
  Value operator()(const CategoricalDomain& domain) const {
    double left = unit * weight_sum(domain);
    for (std::size_t i = 0; i + 1 < domain.values.size(); ++i) {
      left -= weight_of(domain, i);
      if (left < 0) return domain.values[i];
    }
    return domain.values.back();
  }
  Value operator()(const FixedDomain& domain) const { return domain.value; }
};

}  // namespace

double to_unit(const Domain& domain, const Value& value) {
  return std::visit(ToUnit{value}, domain);
}

Value from_unit(const Domain& domain, double unit) {
  return std::visit(FromUnit{unit > 0 ? std::min(unit, 1.0) : 0.0}, domain);
}

}  // namespace hpopt
