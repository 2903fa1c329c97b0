#include "model/margin.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <boost/math/special_functions/erf.hpp>

namespace hpopt {
namespace {

constexpr double kLeastProbability = 1e-300;
constexpr double kGreatestProbability = 1 - 1e-16;

double lower_tail(double z) { return std::erfc(-z / std::numbers::sqrt2) / 2; }

double tail_quantile(double probability) {
  return std::numbers::sqrt2 * boost::math::erfc_inv(2 * std::clamp(probability, kLeastProbability,
                                                                    kGreatestProbability));
}

/// Not farther from the only edge than where the neighbour has its share.
AxisNormal beside_one_edge(AxisNormal normal, double edge, double alpha) {
  const double farthest = normal.deviation * tail_quantile(alpha);
  normal.mean = std::clamp(normal.mean, edge - farthest, edge + farthest);
  return normal;
}

/// Equations 15 to 20: what the sides gain is taken from where there is more than the margin.
AxisNormal between_two_edges(AxisNormal normal, Cell cell, double margin) {
  const double below = lower_tail((cell.low - normal.mean) / normal.deviation);
  const double above = lower_tail((normal.mean - cell.high) / normal.deviation);
  if (below >= margin && above >= margin) return normal;
  const double least_below = std::max(below, margin);
  const double least_above = std::max(above, margin);
  const double inside = 1 - below - above;
  const double excess = least_below + least_above + inside - 1;
  const double spare = least_below + least_above + inside - 3 * margin;
  const double lower = tail_quantile(least_below - excess / spare * (least_below - margin));
  const double upper = tail_quantile(least_above - excess / spare * (least_above - margin));
  return {(cell.low * upper + cell.high * lower) / (lower + upper),
          (cell.high - cell.low) / (lower + upper)};
}

}  // namespace

AxisNormal with_margin(AxisNormal normal, Cell cell, double alpha) {
  if (std::isinf(cell.low) && std::isinf(cell.high)) return normal;
  if (std::isinf(cell.low)) return beside_one_edge(normal, cell.high, alpha);
  if (std::isinf(cell.high)) return beside_one_edge(normal, cell.low, alpha);
  return between_two_edges(normal, cell, alpha / 2);
}

double truncated_quantile(AxisNormal normal, Cell cell, double probability) {
  const double low = (cell.low - normal.mean) / normal.deviation;
  const double high = (cell.high - normal.mean) / normal.deviation;
  // Upper tails keep their digits; below the mean they are those of the mirror image.
  const bool mirrored = low < 0;
  const double near = mirrored ? -high : low;
  const double far = mirrored ? -low : high;
  if (mirrored) probability = 1 - probability;
  const double tail = lower_tail(-near) + probability * (lower_tail(-far) - lower_tail(-near));
  const double drawn = tail > kLeastProbability ? tail_quantile(tail) : near;
  const double z = std::clamp(drawn, near, far);
  return normal.mean + normal.deviation * (mirrored ? -z : z);
}

}  // namespace hpopt
