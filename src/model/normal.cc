#include "model/normal.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace hpopt {
namespace {

constexpr int kNodesPerUnit = 64;
constexpr int kLastNode = 8 * kNodesPerUnit;  // P(Z > 8) is 6e-16

struct TailNode {
  double value;
  double slope;  ///< A node's spacing times the derivative.
};

std::array<TailNode, kLastNode + 1> tabulate_tail() {
  std::array<TailNode, kLastNode + 1> nodes{};
  for (int i = 0; i <= kLastNode; ++i) {
    const double t = static_cast<double>(i) / kNodesPerUnit;
    const double density = std::exp(-0.5 * t * t) / std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
    nodes[static_cast<std::size_t>(i)] = {0.5 * std::erfc(t / std::numbers::sqrt2),
                                          -density / kNodesPerUnit};
  }
  return nodes;
}

double positive_tail(double t) {
  static const std::array<TailNode, kLastNode + 1> nodes = tabulate_tail();
  const double position = t * kNodesPerUnit;
  if (position >= kLastNode) return 0;
  const auto node = static_cast<std::size_t>(position);
  const double s = position - static_cast<double>(node);
  const TailNode& left = nodes[node];
  const TailNode& right = nodes[node + 1];
  const double r = 1 - s;
  return r * r * ((1 + 2 * s) * left.value + s * left.slope) +
         s * s * ((1 + 2 * r) * right.value - r * right.slope);
}

}  // namespace

double normal_mass(double low, double high) {
  // On one side of zero the difference of the small tails loses no digits.
  if (low >= 0) return std::max(0.0, positive_tail(low) - positive_tail(high));
  if (high <= 0) return std::max(0.0, positive_tail(-high) - positive_tail(-low));
  return 1 - positive_tail(-low) - positive_tail(high);
}

LogMass log_normal_below(double z) {
  constexpr double kFarBelow = -30;  // from here on the asymptotic series is exact to 1e-8
  const double log_density = -0.5 * z * z - 0.5 * std::log(2 * std::numbers::pi);
  if (z > kFarBelow) {
    const double value = std::log(0.5 * std::erfc(-z / std::numbers::sqrt2));
    return {value, std::exp(log_density - value)};
  }
  const double w = 1 / (z * z);
  const double value = log_density - std::log(-z) + std::log1p(-w * (1 - w * (3 - 15 * w)));
  return {value, std::exp(log_density - value)};
}

}  // namespace hpopt
