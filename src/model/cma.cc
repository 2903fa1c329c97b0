#include "model/cma.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Eigenvalues>

namespace hpopt {
namespace {

using Vector = Eigen::Map<Eigen::VectorXd>;
using Matrix = Eigen::Map<Eigen::MatrixXd>;
using ConstVector = Eigen::Map<const Eigen::VectorXd>;
using ConstMatrix = Eigen::Map<const Eigen::MatrixXd>;

constexpr double kGreatestSigmaStep = 1.0;  // of log sigma a generation: Hansen 2011, eq. 16
constexpr double kWidest = 1e7;             // of the widest direction over the narrowest

Eigen::Index index_of(std::size_t size) { return static_cast<Eigen::Index>(size); }

Vector vector_of(std::vector<double>& values) { return {values.data(), index_of(values.size())}; }
ConstVector vector_of(std::span<const double> values) {
  return {values.data(), index_of(values.size())};
}
Matrix square_of(std::vector<double>& values, std::size_t axes) {
  return {values.data(), index_of(axes), index_of(axes)};
}
ConstMatrix square_of(const std::vector<double>& values, std::size_t axes) {
  return {values.data(), index_of(axes), index_of(axes)};
}

/// Of the length of a standard normal vector.
double mean_length(double axes) {
  return std::sqrt(axes) * (1 - 1 / (4 * axes) + 1 / (21 * axes * axes));
}

/// How far from the mean a draw may have been (Hansen 2011, table 1).
double longest_step(double axes) { return std::sqrt(axes) + 2 * axes / (axes + 2); }

double effective_number(std::span<const double> weights) {
  const ConstVector values = vector_of(weights);
  return values.sum() * values.sum() / values.squaredNorm();
}

std::vector<double> identity(std::size_t axes) {
  std::vector<double> matrix(axes * axes, 0);
  for (std::size_t i = 0; i < axes; ++i) matrix[i * axes + i] = 1;
  return matrix;
}

}  // namespace

std::vector<double> weights_by_rank(std::size_t population) {
  const double middle = std::log((static_cast<double>(population) + 1) / 2);
  std::vector<double> weights;
  for (std::size_t rank = 1; rank <= population; ++rank) {
    weights.push_back(middle - std::log(static_cast<double>(rank)));
  }
  return weights;
}

std::size_t Cma::usual_population(std::size_t axes) {
  return 4 + static_cast<std::size_t>(3 * std::log(std::max<double>(1, static_cast<double>(axes))));
}

/// Table 1 of the tutorial.
Cma::Weights::Weights(std::size_t axes, std::size_t population) : all(weights_by_rank(population)) {
  const auto n = static_cast<double>(axes);
  const std::span<double> parents = std::span(all).first(population / 2);
  const std::span<double> others = std::span(all).subspan(population / 2);
  effective = effective_number(parents);
  sigma_path = (effective + 2) / (n + effective + 5);
  damping = 1 + 2 * std::max(0.0, std::sqrt((effective - 1) / (n + 1)) - 1) + sigma_path;
  path = (4 + effective / n) / (n + 4 + 2 * effective / n);
  rank_one = 2 / ((n + 1.3) * (n + 1.3) + effective);
  rank_mu = std::min(1 - rank_one,
                     2 * (0.25 + effective + 1 / effective - 2) / ((n + 2) * (n + 2) + effective));
  const double active =
      std::min({1 + rank_one / rank_mu, 1 + 2 * effective_number(others) / (effective + 2),
                (1 - rank_one - rank_mu) / (n * rank_mu)});
  const double positive = vector_of(parents).sum();
  const double negative = -vector_of(others).sum();
  for (double& weight : parents) weight /= positive;
  for (double& weight : others) weight *= active / negative;
}

Cma::Cma(std::vector<double> mean, double sigma, std::size_t population)
    : weights_(mean.size(), population),
      sigma_(sigma),
      mean_(std::move(mean)),
      scales_(axes(), 1),
      covariance_(identity(axes())),
      root_(covariance_),
      whitening_(covariance_),
      precision_(covariance_),
      widths_(axes(), 1),
      path_(axes(), 0),
      sigma_path_(axes(), 0) {}

std::vector<double> Cma::draw(Rng& rng) const {
  std::vector<double> standard(axes());
  for (double& coordinate : standard) coordinate = rng.normal();
  std::vector<double> drawn(axes());
  vector_of(drawn) =
      vector_of(mean_) +
      sigma_ * vector_of(scales_).cwiseProduct(square_of(root_, axes()) * vector_of(standard));
  return drawn;
}

/// From the mean, in units of sigma and the scales; not longer than a draw's own.
std::vector<double> Cma::steps_of(std::span<const double> rows) const {
  std::vector<double> steps(rows.begin(), rows.end());
  const double longest = longest_step(static_cast<double>(axes()));
  for (std::size_t row = 0; row < population(); ++row) {
    Vector step(steps.data() + row * axes(), index_of(axes()));
    step = (step - vector_of(mean_)).cwiseQuotient(vector_of(scales_)) / sigma_;
    const double length = (square_of(whitening_, axes()) * step).norm();
    if (length > longest) step *= longest / length;
  }
  return steps;
}

void Cma::learn(std::span<const double> rows) {
  const std::vector<double> steps = steps_of(rows);
  std::vector<double> step(axes(), 0);
  for (std::size_t row = 0; row < population() / 2; ++row) {
    vector_of(step) +=
        weights_.all[row] * vector_of(std::span(steps).subspan(row * axes(), axes()));
  }
  ++generation_;
  move_mean(step);
  adapt_sigma(step);
  adapt_covariance(step, steps);
  decompose();
}

void Cma::move_mean(std::span<const double> step) { vector_of(mean_) += sigma_ * vector_of(step); }

void Cma::adapt_sigma(std::span<const double> step) {
  const double c = weights_.sigma_path;
  vector_of(sigma_path_) =
      (1 - c) * vector_of(sigma_path_) + std::sqrt(c * (2 - c) * weights_.effective) *
                                             (square_of(whitening_, axes()) * vector_of(step));
  const double n = static_cast<double>(axes());
  const double length = vector_of(sigma_path_).norm();
  sigma_ *=
      std::exp(std::min(kGreatestSigmaStep, c / weights_.damping * (length / mean_length(n) - 1)));
  const double settled = std::sqrt(1 - std::pow(1 - c, 2 * static_cast<double>(generation_)));
  path_is_long_ = length / settled >= (1.4 + 2 / (n + 1)) * mean_length(n);
}

void Cma::adapt_covariance(std::span<const double> step, std::span<const double> steps) {
  const double c = weights_.path;
  vector_of(path_) *= 1 - c;
  if (!path_is_long_) {
    vector_of(path_) += std::sqrt(c * (2 - c) * weights_.effective) * vector_of(step);
  }
  const double kept_for_path = path_is_long_ ? weights_.rank_one * c * (2 - c) : 0;
  Matrix covariance = square_of(covariance_, axes());
  covariance *=
      1 + kept_for_path - weights_.rank_one - weights_.rank_mu * vector_of(weights_.all).sum();
  covariance += weights_.rank_one * vector_of(path_) * vector_of(path_).transpose();
  for (std::size_t row = 0; row < population(); ++row) {
    const ConstVector y = vector_of(steps.subspan(row * axes(), axes()));
    double weight = weights_.all[row];
    if (weight < 0) {
      const double squared = (square_of(whitening_, axes()) * y).squaredNorm();
      weight *= static_cast<double>(axes()) / std::max(squared, 1e-12);
    }
    covariance += weights_.rank_mu * weight * y * y.transpose();
  }
}

/// O(axes^3), so only as often as the covariance changes notably (tutorial, B.2).
void Cma::decompose() {
  const double n = static_cast<double>(axes());
  const double pause = 1 / (10 * n * (weights_.rank_one + weights_.rank_mu));
  if (static_cast<double>(generation_ - decomposed_) < pause) return;
  decomposed_ = generation_;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(square_of(covariance_, axes()));
  const Eigen::MatrixXd& directions = solver.eigenvectors();
  const double widest = std::sqrt(solver.eigenvalues().maxCoeff());
  const Eigen::VectorXd widths =
      solver.eigenvalues().cwiseMax(0).cwiseSqrt().cwiseMax(widest / kWidest);
  vector_of(widths_) = widths;
  square_of(root_, axes()) = directions * widths.asDiagonal();
  square_of(whitening_, axes()) =
      directions * widths.cwiseInverse().asDiagonal() * directions.transpose();
  square_of(precision_, axes()) = square_of(whitening_, axes()) * square_of(whitening_, axes());
}

double Cma::deviation(std::size_t axis) const {
  return sigma_ * scales_[axis] * std::sqrt(covariance_[axis * axes() + axis]);
}

void Cma::place(std::size_t axis, AxisNormal normal) {
  mean_[axis] = normal.mean;
  scales_[axis] = normal.deviation / (sigma_ * std::sqrt(covariance_[axis * axes() + axis]));
}

void Cma::narrow(double greatest) {
  double widest = 0;
  for (std::size_t axis = 0; axis < axes(); ++axis) widest = std::max(widest, deviation(axis));
  sigma_ *= std::min(1.0, greatest / widest);
}

AxisNormal Cma::given_others(std::size_t axis, std::span<const double> row) const {
  const double* precision = precision_.data() + axis * axes();
  double pull = 0;
  for (std::size_t other = 0; other < axes(); ++other) {
    if (other == axis) continue;
    pull += precision[other] * (row[other] - mean_[other]) / scales_[other];
  }
  const double unit = sigma_ * scales_[axis];
  return {mean_[axis] - scales_[axis] * pull / precision[axis], unit / std::sqrt(precision[axis])};
}

double Cma::condition() const {
  const double ratio = widths_.back() / widths_.front();
  return ratio * ratio;
}

}  // namespace hpopt
