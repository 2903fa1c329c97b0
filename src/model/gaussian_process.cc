#include "model/gaussian_process.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

namespace hpopt {
namespace {

constexpr double kFirstRaise = 1e-10;  // of the scale
constexpr double kRaise = 10;
constexpr double kLeastVariance = 1e-16;  // of the scale

}  // namespace

GaussianProcess::GaussianProcess(const GpKernel& kernel, GpParameters parameters,
                                 std::vector<double> rows, std::vector<double> values)
    : kernel_(kernel),
      parameters_(std::move(parameters)),
      rows_(std::move(rows)),
      values_(std::move(values)),
      factor_(*Cholesky::of({}, 0, kernel.kernels())) {
  factor();
}

void GaussianProcess::factor() {
  std::vector<double> matrix = kernel_.covariance(rows_, rows_, parameters_);
  const std::size_t n = size();
  double added = parameters_.noise + raised_;
  for (;;) {
    for (std::size_t i = 0; i < n; ++i) matrix[i * n + i] += added;
    if (auto factored = Cholesky::of(matrix, n, kernel_.kernels())) {
      factor_ = std::move(*factored);
      return weigh();
    }
    const double raised = std::max(kFirstRaise * parameters_.scale, kRaise * raised_);
    added = raised - raised_;
    raised_ = raised;
  }
}

void GaussianProcess::weigh() {
  weights_ = values_;
  factor_.solve(weights_, 1);
}

void GaussianProcess::append(std::span<const double> rows, std::span<const double> values) {
  const std::size_t added = values.size();
  const std::vector<double> beside = kernel_.covariance(rows_, rows, parameters_);
  std::vector<double> corner = kernel_.covariance(rows, rows, parameters_);
  for (std::size_t i = 0; i < added; ++i) corner[i * added + i] += parameters_.noise + raised_;
  rows_.insert(rows_.end(), rows.begin(), rows.end());
  values_.insert(values_.end(), values.begin(), values.end());
  if (factor_.grow(beside, corner, added)) return weigh();
  factor();
}

void GaussianProcess::shrink(std::size_t n) {
  rows_.resize(n * kernel_.width());
  values_.resize(n);
  factor_.shrink(n);
  weigh();
}

void GaussianProcess::predict(std::span<const double> points, std::span<double> means,
                              std::span<double> variances) const {
  const std::size_t count = means.size();
  const std::size_t n = size();
  std::fill(means.begin(), means.end(), 0.0);
  std::fill(variances.begin(), variances.end(), parameters_.scale);
  if (n == 0) return;
  std::vector<double> cross = kernel_.covariance(rows_, points, parameters_);
  const ConstMatrixView weights(weights_.data(), n, 1, n);
  kernel_.kernels().add_inner(1, weights, ConstMatrixView(cross.data(), n, count, n),
                              {means.data(), 1, count, 1});
  factor_.solve_lower(cross, count);
  for (std::size_t j = 0; j < count; ++j) {
    double known = 0;
    for (std::size_t i = j * n; i < (j + 1) * n; ++i) known += cross[i] * cross[i];
    variances[j] = std::max(parameters_.scale - known, kLeastVariance * parameters_.scale);
  }
}

GaussianProcess::Gradient GaussianProcess::gradient(std::span<const double> point) const {
  const std::size_t n = size();
  const std::size_t width = kernel_.width();
  Gradient result{0, parameters_.scale, std::vector<double>(width), std::vector<double>(width)};
  if (n == 0) return result;
  std::vector<double> cross = kernel_.squared_distances(rows_, point, parameters_);
  std::vector<double> slope(n);
  kernel_.kernels().matern(cross.data(), slope.data(), n);
  for (double& element : cross) element *= parameters_.scale;
  for (std::size_t i = 0; i < n; ++i) result.mean += weights_[i] * cross[i];
  std::vector<double> solved = cross;
  factor_.solve(solved, 1);
  double known = 0;
  for (std::size_t i = 0; i < n; ++i) known += solved[i] * cross[i];
  result.variance = std::max(parameters_.scale - known, kLeastVariance * parameters_.scale);
  for (std::size_t axis = 0; axis < width; ++axis) {
    if (kernel_.is_category(axis) || std::isnan(point[axis])) continue;
    const double weight = 1 / (parameters_.lengths[axis] * parameters_.lengths[axis]);
    for (std::size_t i = 0; i < n; ++i) {
      const double seen = rows_[i * width + axis];
      const double away = point[axis] - (std::isnan(seen) ? 0.5 : seen);
      const double change = parameters_.scale * slope[i] * weight * 2 * away;
      result.by_mean[axis] += weights_[i] * change;
      result.by_variance[axis] -= 2 * solved[i] * change;
    }
  }
  return result;
}

// K w = y - (noise + raised) w, as w = (K + noise + raised)^-1 y.
std::vector<double> GaussianProcess::believed() const {
  std::vector<double> means = values_;
  for (std::size_t i = 0; i < size(); ++i) {
    means[i] -= (parameters_.noise + raised_) * weights_[i];
  }
  return means;
}

std::vector<double> GaussianProcess::sample(std::span<const double> points, Rng& rng) const {
  const std::size_t count = points.size() / kernel_.width();
  const std::size_t n = size();
  std::vector<double> means(count);
  std::vector<double> variances(count);
  predict(points, means, variances);
  std::vector<double> joint = kernel_.covariance(points, points, parameters_);
  if (n > 0) {
    std::vector<double> cross = kernel_.covariance(rows_, points, parameters_);
    factor_.solve_lower(cross, count);
    const ConstMatrixView known(cross.data(), n, count, n);
    kernel_.kernels().add_inner(-1, known, known, {joint.data(), count, count, count});
  }
  double raised = kFirstRaise * parameters_.scale;
  std::optional<Cholesky> factored;
  for (; !factored; raised *= kRaise) {
    for (std::size_t i = 0; i < count; ++i) joint[i * count + i] += raised;
    factored = Cholesky::of(joint, count, kernel_.kernels());
  }
  std::vector<double> normal(count);
  for (double& number : normal) number = rng.normal();
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j <= i; ++j) means[i] += factored->at(i, j) * normal[j];
  }
  return means;
}

std::vector<GaussianProcess::LeftOut> GaussianProcess::leave_one_out() const {
  const std::vector<double> inverse = factor_.inverse();
  std::vector<LeftOut> left_out(size());
  for (std::size_t i = 0; i < size(); ++i) {
    const double precision = inverse[i * size() + i];
    left_out[i] = {values_[i] - weights_[i] / precision, 1 / precision};
  }
  return left_out;
}

double GaussianProcess::log_likelihood() const {
  double fit = 0;
  for (std::size_t i = 0; i < size(); ++i) fit += values_[i] * weights_[i];
  return -0.5 * (fit + factor_.log_determinant() +
                 static_cast<double>(size()) * std::log(2 * std::numbers::pi));
}

}  // namespace hpopt
