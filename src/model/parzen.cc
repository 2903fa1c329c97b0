#include "model/parzen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include <Eigen/Core>

#include "model/normal.h"

namespace hpopt {
namespace {

constexpr double kPriorWeight = 1.0;
// Of the unit interval, for one observation: Watanabe 2023, section 3.3.4. Where there are cells,
// half as much found the best of them sooner.
constexpr double kBandwidth = 0.2;
constexpr double kCellBandwidth = 0.1;
constexpr double kWidestScotts =
    2.0;  // a kernel alone in its region is at most so many times Scott's
constexpr double kFinestKernels = 100.0;
constexpr double kLeastMass = 1e-12;
constexpr double kLeastProduct = 1e-300;  // of the masses of very many axes
constexpr double kNegligible = 40.0;      // e^-40 is below a double's resolution
constexpr int kMostRejections = 64;

// The log factors of a category, whatever the number of categories: against an observation of the
// same one, of another one, and one that says nothing.
constexpr std::size_t kFactorsACategory = 3;
constexpr std::size_t kSame = 0;
constexpr std::size_t kOther = 1;
constexpr std::size_t kPrior = 2;

using Array = Eigen::Map<Eigen::ArrayXd>;
using ConstArray = Eigen::Map<const Eigen::ArrayXd>;

Eigen::Index eigen_size(std::size_t size) { return static_cast<Eigen::Index>(size); }

/// Optuna's "magic clip", the prior counted as a kernel.
double finest_bandwidth(double observed) { return 1.0 / std::min(kFinestKernels, observed + 2); }

/// Scott's rule: the bandwidth shrinks as n^(-1 / (D + 4)).
double scott_bandwidth(double of_one, double observed, double active_axes) {
  return of_one * std::pow(std::max(observed, 1.0), -1.0 / (active_axes + 4));
}

/// Of a Gaussian's density, times the bandwidth.
const double kLogPeak = std::log(std::numbers::inv_sqrtpi / std::numbers::sqrt2);

/// How many coordinates an observation has, on average.
double mean_active(std::span<const double> observations, std::size_t rows, std::size_t axes) {
  if (rows == 0) return static_cast<double>(axes);
  const auto active = std::count_if(observations.begin(), observations.end(),
                                    [](double coordinate) { return !std::isnan(coordinate); });
  return static_cast<double>(active) / static_cast<double>(rows);
}

double log_sum_exp(std::span<const double> terms) {
  const double greatest = *std::max_element(terms.begin(), terms.end());
  double sum = 0;
  for (double term : terms) {
    if (term > greatest - kNegligible) sum += std::exp(term - greatest);
  }
  return greatest + std::log(sum);
}

double gaussian_in_unit(double center, double bandwidth, Rng& rng) {
  for (int i = 0; i < kMostRejections; ++i) {
    const double drawn = center + bandwidth * rng.normal();
    if (drawn >= 0 && drawn <= 1) return drawn;
  }
  return rng.uniform();
}

}  // namespace

Parzen::Parzen(std::span<const ParzenAxis> axes, std::span<const double> observations,
               std::span<const double> weights)
    : axes_(axes), rows_(weights.size()), cumulative_(rows_ + 1), columns_(axes.size()) {
  const double active_axes = mean_active(observations, rows_, axes.size());
  double log_peaks = 0;
  std::vector<double> masses(rows_, 1);
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    fill_column(axis, observations, active_axes);
    if (!axes[axis].cells.empty()) continue;
    if (axes[axis].conditional) {
      fill_log_constants(columns_[axis]);
    } else {
      multiply_by_masses(columns_[axis], masses);
      log_peaks += kLogPeak;
    }
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), kPriorWeight);
  double so_far = 0;
  for (std::size_t row = 0; row < rows_; ++row) {
    so_far += weights[row] / sum;
    cumulative_[row] = so_far;
    log_weights_.push_back(std::log(weights[row] / sum / masses[row]) + log_peaks);
  }
  cumulative_[rows_] = 1;
  log_weights_.push_back(std::log(kPriorWeight / sum));
}

/// Where an axis is always active its constants belong to the row: one logarithm for all axes.
void Parzen::multiply_by_masses(const Column& column, std::vector<double>& masses) {
  for (std::size_t row = 0; row < masses.size(); ++row) {
    const double h = column.bandwidths[row];
    const double center = column.centers[row];
    const double mass = h * normal_mass(-center / h, (1 - center) / h);
    masses[row] = std::max(masses[row] * mass, kLeastProduct);
  }
}

void Parzen::fill_log_constants(Column& column) {
  for (std::size_t row = 0; row < column.centers.size(); ++row) {
    const double h = column.bandwidths[row];
    const double center = column.centers[row];
    const double mass = h * normal_mass(-center / h, (1 - center) / h);
    column.log_constants.push_back(column.scales[row] > 0 ? kLogPeak - std::log(mass) : 0);
  }
}

void Parzen::fill_column(std::size_t axis, std::span<const double> observations,
                         double active_axes) {
  Column& column = columns_[axis];
  const std::vector<double>& cells = axes_[axis].cells;
  double observed = 0;
  for (std::size_t row = 0; row < rows_; ++row) {
    const double coordinate = observations[row * axes_.size() + axis];
    const bool active = !std::isnan(coordinate);
    observed += active ? 1 : 0;
    if (cells.empty()) {
      column.centers.push_back(coordinate);
    } else {
      column.values.push_back(active ? static_cast<std::uint32_t>(coordinate)
                                     : static_cast<std::uint32_t>(cells.size()));
    }
  }
  if (cells.empty()) {
    fill_bandwidths(column, observed, active_axes);
    fill_scales(column);
  } else if (axes_[axis].ordered) {
    const double scott = scott_bandwidth(kCellBandwidth, observed, active_axes);
    fill_ordered(column, cells, std::clamp(scott, finest_bandwidth(observed), 1.0));
  } else {
    fill_categories(column, cells, observed);
  }
}

/// The distance to the farther neighbour (Bergstra et al. 2011), within bounds.
void Parzen::fill_bandwidths(Column& column, double observed, double active_axes) {
  const double finest = finest_bandwidth(observed);
  const double widest =
      std::max(finest, kWidestScotts * scott_bandwidth(kBandwidth, observed, active_axes));
  std::vector<std::pair<double, std::size_t>> sorted;
  sorted.reserve(column.centers.size());
  for (std::size_t row = 0; row < column.centers.size(); ++row) {
    if (!std::isnan(column.centers[row])) sorted.emplace_back(column.centers[row], row);
  }
  std::sort(sorted.begin(), sorted.end());
  column.bandwidths.assign(column.centers.size(), widest);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const bool alone = sorted.size() == 1;
    const bool first = i == 0;
    const bool last = i + 1 == sorted.size();
    const double center = sorted[i].first;
    // A bound of the interval is a neighbour only to an observation that has no other.
    const double below = first ? (alone ? center : 0) : center - sorted[i - 1].first;
    const double above = last ? (alone ? 1 - center : 0) : sorted[i + 1].first - center;
    column.bandwidths[sorted[i].second] = std::clamp(std::max(below, above), finest, widest);
  }
}

void Parzen::fill_scales(Column& column) {
  for (std::size_t row = 0; row < column.centers.size(); ++row) {
    const double h = column.bandwidths[row];
    const bool says_nothing = std::isnan(column.centers[row]);
    column.scales.push_back(says_nothing ? 0 : 1 / (2 * h * h));
    if (says_nothing) column.centers[row] = 0.5;
  }
}

void Parzen::fill_ordered(Column& column, const std::vector<double>& cells, double bandwidth) {
  const double h = bandwidth;
  const std::size_t width = cells.size() + 1;
  column.log_factors.resize(cells.size() * width);
  double center = 0;
  for (std::size_t from = 0; from < cells.size(); ++from) {
    center += (from == 0 ? 0 : cells[from - 1] / 2) + cells[from] / 2;
    const double in_unit = normal_mass(-center / h, (1 - center) / h);
    double edge = 0;
    for (std::size_t to = 0; to < cells.size(); ++to) {
      const double mass =
          normal_mass((edge - center) / h, (edge + cells[to] - center) / h) / in_unit;
      column.log_factors[to * width + from] = std::log(std::max(mass, kLeastMass));
      edge += cells[to];
    }
  }
  for (std::size_t to = 0; to < cells.size(); ++to) {
    column.log_factors[to * width + cells.size()] = std::log(cells[to]);
  }
}

/// Optuna's smoothing, with the prior's weights: (1 [same value] + C p / n) / (1 + C / n), where C
/// is the number of categories and n that of kernels with the prior.
void Parzen::fill_categories(Column& column, const std::vector<double>& cells, double observed) {
  const auto categories = static_cast<double>(cells.size());
  const double smoothing = categories * kPriorWeight / (observed + 1);
  for (double prior : cells) {
    column.log_factors.push_back(std::log((1 + smoothing * prior) / (1 + smoothing)));
    column.log_factors.push_back(std::log(smoothing * prior / (1 + smoothing)));
    column.log_factors.push_back(std::log(prior));
  }
}

void Parzen::add_log_factors(std::size_t axis, double coordinate, std::span<double> terms) const {
  const Column& column = columns_[axis];
  const std::vector<double>& cells = axes_[axis].cells;
  if (cells.empty()) {
    Array kernels(terms.data(), eigen_size(rows_));
    const ConstArray centers(column.centers.data(), eigen_size(rows_));
    const ConstArray scales(column.scales.data(), eigen_size(rows_));
    kernels -= scales * (centers - coordinate).square();
    if (axes_[axis].conditional) {
      kernels += ConstArray(column.log_constants.data(), eigen_size(rows_));
    }
    return;
  }
  const auto value = static_cast<std::size_t>(coordinate);
  if (axes_[axis].ordered) {
    const double* factors = column.log_factors.data() + value * (cells.size() + 1);
    for (std::size_t row = 0; row < rows_; ++row) terms[row] += factors[column.values[row]];
  } else {
    const double* factors = column.log_factors.data() + kFactorsACategory * value;
    for (std::size_t row = 0; row < rows_; ++row) {
      const bool same = column.values[row] == value;
      const bool says_nothing = column.values[row] == cells.size();
      terms[row] += factors[same ? kSame : (says_nothing ? kPrior : kOther)];
    }
  }
  terms[rows_] += std::log(cells[value]);
}

void Parzen::log_density(std::span<const double> points, std::span<double> out) const {
  std::vector<double> terms;
  for (std::size_t point = 0; point < out.size(); ++point) {
    terms = log_weights_;
    for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
      const double coordinate = points[point * axes_.size() + axis];
      if (!std::isnan(coordinate)) add_log_factors(axis, coordinate, terms);
    }
    out[point] = log_sum_exp(terms);
  }
}

std::size_t Parzen::draw_component(Rng& rng) const {
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), rng.uniform());
  return std::min(static_cast<std::size_t>(found - cumulative_.begin()), rows_);
}

double Parzen::draw(std::size_t component, std::size_t axis, Rng& rng) const {
  const Column& column = columns_[axis];
  const std::vector<double>& cells = axes_[axis].cells;
  if (cells.empty()) {
    if (component == rows_ || column.scales[component] <= 0) return rng.uniform();
    return gaussian_in_unit(column.centers[component], column.bandwidths[component], rng);
  }
  const std::size_t from = component == rows_ ? cells.size() : column.values[component];
  if (from == cells.size()) return static_cast<double>(rng.weighted(cells));
  std::vector<double> masses(cells.size());
  for (std::size_t to = 0; to < cells.size(); ++to) {
    const double log_factor =
        axes_[axis].ordered
            ? column.log_factors[to * (cells.size() + 1) + from]
            : column.log_factors[kFactorsACategory * to + (to == from ? kSame : kOther)];
    masses[to] = std::exp(log_factor);
  }
  return static_cast<double>(rng.weighted(masses));
}

}  // namespace hpopt
