#include "sampler/latents.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hpopt {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kSweeps = 2;
// Of the unit interval: where a coordinate bends, and how far beyond the bound its mirror stands.
constexpr double kBend = 0.05;
constexpr double kLowMirror = -kBend;
constexpr double kHighMirror = 1 + kBend;
constexpr double kWidest = 1;  // deviation

std::vector<double> edges_between(const ParzenAxis& axis) {
  std::vector<double> edges;
  double edge = 0;
  for (std::size_t cell = 0; cell + 1 < axis.cells.size(); ++cell) {
    edges.push_back(edge += axis.cells[cell]);
  }
  return edges;
}

/// From between the mirrors to [0, 1]: near a bound a parabola, which is flat at the mirror.
double bent(double latent) {
  if (latent > 0.5) return 1 - bent(1 - latent);
  if (latent >= kBend) return latent;
  const double depth = latent - kLowMirror;
  return depth * depth / (4 * kBend);
}

double unbent(double coordinate) {
  if (coordinate > 0.5) return 1 - unbent(1 - coordinate);
  if (coordinate >= kBend) return coordinate;
  return kLowMirror + std::sqrt(4 * kBend * coordinate);
}

/// Its image in the nearer mirror, which has the same coordinate.
double mirrored(double latent) { return 2 * (latent < 0.5 ? kLowMirror : kHighMirror) - latent; }

double between_mirrors(double latent) {
  const double width = kHighMirror - kLowMirror;
  return kLowMirror + std::abs(std::remainder(latent - kLowMirror, 2 * width));
}

double log_density(double x, AxisNormal normal) {
  const double z = (x - normal.mean) / normal.deviation;
  return -z * z / 2;
}

}  // namespace

Latents::Latents(const Layout& layout) : layout_(&layout) {
  for (std::size_t axis = 0; axis < layout.size(); ++axis) {
    const ParzenAxis& described = layout.axes()[axis];
    const bool is_category = !described.cells.empty() && !described.ordered;
    (is_category ? categories_ : numeric_).push_back(axis);
    edges_.push_back(is_category ? std::vector<double>() : edges_between(described));
  }
}

double Latents::coordinate_of(std::size_t axis, double latent) const {
  if (is_real(axis)) return bent(between_mirrors(latent));
  const std::vector<double>& edges = edges_[axis];
  return static_cast<double>(std::upper_bound(edges.begin(), edges.end(), latent) - edges.begin());
}

double Latents::latent_of(std::size_t axis, double coordinate) const {
  if (is_real(axis)) return unbent(coordinate);
  const Cell cell = cell_of(axis, coordinate);
  return (std::max(cell.low, 0.0) + std::min(cell.high, 1.0)) / 2;
}

Cell Latents::cell_of(std::size_t axis, double coordinate) const {
  if (std::isnan(coordinate)) return {-kInfinity, kInfinity};
  const std::vector<double>& edges = edges_[axis];
  const auto cell = static_cast<std::size_t>(coordinate);
  return {cell == 0 ? -kInfinity : edges[cell - 1], cell == edges.size() ? kInfinity : edges[cell]};
}

/// Given all other latents.
double Latents::redrawn(const Cma& source, std::size_t k, double coordinate,
                        std::span<const double> latents, Rng& rng) const {
  const std::size_t axis = numeric_[k];
  const AxisNormal normal = source.given_others(k, latents);
  if (std::isnan(coordinate) || !is_real(axis)) {
    return truncated_quantile(normal, cell_of(axis, coordinate), rng.uniform());
  }
  const double here = unbent(coordinate);
  const double there = mirrored(here);
  const double odds_of_here = std::exp(log_density(here, normal) - log_density(there, normal));
  return rng.uniform() < 1 / (1 + odds_of_here) ? there : here;
}

/// By Gibbs sampling, from the nearest to a draw that knew of no coordinate.
std::vector<double> Latents::redrawn(const Cma& source, std::span<const double> point,
                                     Rng& rng) const {
  std::vector<double> latents = source.draw(rng);
  for (std::size_t k = 0; k < numeric_.size(); ++k) {
    const double coordinate = point[numeric_[k]];
    if (is_real(numeric_[k]) && !std::isnan(coordinate)) {
      latents[k] = unbent(coordinate);
    } else {
      const Cell cell = cell_of(numeric_[k], coordinate);
      latents[k] = std::clamp(latents[k], cell.low, cell.high);
    }
  }
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (std::size_t k = 0; k < numeric_.size(); ++k) {
      latents[k] = redrawn(source, k, point[numeric_[k]], latents, rng);
    }
  }
  return latents;
}

void Latents::keep_in_bounds(Cma& source) const {
  source.narrow(kWidest);
  const double alpha =
      1 / static_cast<double>(layout_->size() * source.population());  // as the paper has it
  for (std::size_t k = 0; k < numeric_.size(); ++k) {
    AxisNormal kept{std::clamp(source.mean(k), kLowMirror, kHighMirror), source.deviation(k)};
    if (!is_real(numeric_[k])) {
      kept = with_margin(kept, cell_of(numeric_[k], coordinate_of(numeric_[k], kept.mean)), alpha);
    }
    source.place(k, kept);
  }
}

}  // namespace hpopt
