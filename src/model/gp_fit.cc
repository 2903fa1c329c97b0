#include "model/gp_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include "linalg/bounded_lbfgs.h"
#include "linalg/cholesky.h"

namespace hpopt {
namespace {

constexpr double kLeastNoise = 1e-6;

/// A log-normal density, as a function of the logarithm.
struct LogNormalPrior {
  double mean;  ///< Of the logarithm.
  double deviation;

  [[nodiscard]] double misfit(double log) const {
    const double away = (log - mean) / deviation;
    return 0.5 * away * away + log;
  }
  [[nodiscard]] double slope(double log) const {
    return (log - mean) / (deviation * deviation) + 1;
  }
  [[nodiscard]] double mode() const { return std::exp(mean - deviation * deviation); }
};

LogNormalPrior length_prior(std::size_t axes) {
  return {std::numbers::sqrt2 + std::log(static_cast<double>(std::max<std::size_t>(axes, 1))) / 2,
          std::numbers::sqrt3};
}
constexpr LogNormalPrior kScalePrior{0, 0.5};
constexpr LogNormalPrior kNoisePrior{-4, 1};

std::vector<double> logarithms(const GpParameters& parameters) {
  std::vector<double> logs;
  logs.reserve(parameters.lengths.size() + 2);
  for (const double length : parameters.lengths) logs.push_back(std::log(length));
  logs.push_back(std::log(parameters.scale));
  logs.push_back(std::log(parameters.noise));
  return logs;
}

GpParameters from_logarithms(std::span<const double> logs) {
  GpParameters parameters;
  for (const double log : logs.first(logs.size() - 2)) parameters.lengths.push_back(std::exp(log));
  parameters.scale = std::exp(logs[logs.size() - 2]);
  parameters.noise = std::exp(logs.back());
  return parameters;
}

void add_priors(const GpParameters& parameters, Misfit& misfit) {
  const std::vector<double> logs = logarithms(parameters);
  const std::size_t axes = parameters.lengths.size();
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const LogNormalPrior prior = i < axes    ? length_prior(axes)
                                 : i == axes ? kScalePrior
                                             : kNoisePrior;
    misfit.value += prior.misfit(logs[i]);
    misfit.gradient[i] += prior.slope(logs[i]);
  }
}

double weighed_difference(const GpKernel& kernel, std::size_t axis, std::span<const double> rows,
                          std::span<const double> weights) {
  const std::size_t axes = kernel.width();
  const std::size_t n = rows.size() / axes;
  double sum = 0;
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      sum += 2 * weights[j * n + i] *
             kernel.difference(axis, rows[i * axes + axis], rows[j * axes + axis]);
    }
  }
  return sum;
}

/// Of each axis the sum of the differences of all pairs of rows, each times its weight. Of reals
/// that is 2 (sum_i s_i x_i^2 - x^T W x), s the sums of the rows of W: one product for all axes.
std::vector<double> weighed_differences(const GpKernel& kernel, std::span<const double> rows,
                                        std::span<const double> weights) {
  const std::size_t axes = kernel.width();
  const std::size_t n = rows.size() / axes;
  std::vector<double> product(rows.size(), 0.0);
  kernel.kernels().add_product(1, {rows.data(), axes, n, axes}, {weights.data(), n, n, n},
                               {product.data(), axes, n, axes});
  std::vector<double> sums(axes, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    const auto column = weights.subspan(i * n, n);
    const double total = std::accumulate(column.begin(), column.end(), 0.0);
    for (std::size_t axis = 0; axis < axes; ++axis) {
      const double x = rows[i * axes + axis];
      sums[axis] += 2 * x * (total * x - product[i * axes + axis]);
    }
  }
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const bool is_plain = !kernel.is_category(axis) && !std::isnan(sums[axis]);
    if (!is_plain) sums[axis] = weighed_difference(kernel, axis, rows, weights);
  }
  return sums;
}

}  // namespace

GpParameters prior_parameters(std::size_t axes) {
  return {std::vector<double>(axes, length_prior(axes).mode()), kScalePrior.mode(),
          kNoisePrior.mode()};
}

// With alpha = K^-1 y and G = (K^-1 - alpha alpha^T) / 2 the gradient by a parameter t is the sum
// over the elements of G * dK / dt (Rasmussen and Williams, equation 5.9).
Misfit misfit(const GpKernel& kernel, std::span<const double> rows, std::span<const double> values,
              const GpParameters& parameters) {
  const std::size_t n = values.size();
  const std::size_t axes = kernel.width();
  Misfit result{0, std::vector<double>(axes + 2, 0.0)};
  std::vector<double> correlation = kernel.squared_distances(rows, rows, parameters);
  std::vector<double> slope(correlation.size());
  kernel.kernels().matern(correlation.data(), slope.data(), correlation.size());
  std::vector<double> matrix = correlation;
  for (double& element : matrix) element *= parameters.scale;
  for (std::size_t i = 0; i < n; ++i) matrix[i * n + i] += parameters.noise;
  const auto factor = Cholesky::of(matrix, n, kernel.kernels());
  if (!factor) {
    result.value = std::numeric_limits<double>::infinity();
    return result;
  }
  std::vector<double> alpha(values.begin(), values.end());
  factor->solve(alpha, 1);
  std::vector<double> change = factor->inverse();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < n; ++i) {
      change[j * n + i] = (change[j * n + i] - alpha[i] * alpha[j]) / 2;
    }
  }
  for (std::size_t i = 0; i < n; ++i) result.value += values[i] * alpha[i] / 2;
  result.value += factor->log_determinant() / 2;
  double& by_scale = result.gradient[axes];
  double& by_noise = result.gradient[axes + 1];
  for (std::size_t i = 0; i < n * n; ++i) by_scale += change[i] * parameters.scale * correlation[i];
  for (std::size_t i = 0; i < n; ++i) by_noise += change[i * n + i] * parameters.noise;
  for (std::size_t i = 0; i < n * n; ++i) change[i] *= parameters.scale * slope[i];
  const std::vector<double> differences = weighed_differences(kernel, rows, change);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const double length = parameters.lengths[axis];
    result.gradient[axis] = -2 * differences[axis] / (length * length);
  }
  add_priors(parameters, result);
  return result;
}

namespace {

/// What noise alone would look like: from the priors' modes the search may end where a short length
/// explains it.
GpParameters noisy_parameters(std::size_t axes) {
  GpParameters parameters = prior_parameters(axes);
  for (double& length : parameters.lengths) length *= 3;
  parameters.noise = 0.3;
  return parameters;
}

}  // namespace

GpParameters fit_parameters(const GpKernel& kernel, std::span<const double> rows,
                            std::span<const double> values, const GpParameters& start,
                            int evaluations) {
  constexpr double kShortestLog = -5.3;  // 0.005 of the axis
  constexpr double kLongestLog = 7;
  constexpr double kWidestScale = 4;
  const std::size_t axes = kernel.width();
  std::vector<double> lower(axes, kShortestLog);
  std::vector<double> upper(axes, kLongestLog);
  lower.insert(lower.end(), {-kWidestScale, std::log(kLeastNoise)});
  upper.insert(upper.end(), {kWidestScale, 1.0});
  GpParameters best = prior_parameters(axes);
  double least = std::numeric_limits<double>::infinity();
  for (const GpParameters& from : {prior_parameters(axes), noisy_parameters(axes), start}) {
    BoundedLbfgs search(logarithms(from), lower, upper,
                        {.most_evaluations = evaluations, .flat = 1e-3, .still = 1e-5});
    while (!search.done()) {
      const Misfit told = misfit(kernel, rows, values, from_logarithms(search.point()));
      search.tell(told.value, told.gradient);
    }
    if (search.best_value() < least) {
      least = search.best_value();
      best = from_logarithms(search.best());
    }
  }
  return best;
}

}  // namespace hpopt
