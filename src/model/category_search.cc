#include "model/category_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/cma.h"

namespace hpopt {
namespace {

constexpr double kTrend = 1.5;      // "alpha": the path is so much longer where steps agree
constexpr double kNoRegret = 0.73;  // of all axes no one is drawn at its margin
constexpr double kTiny = 1e-30;

double sum_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// The length that the Fisher information gives a step.
double length_of(const std::vector<std::vector<double>>& step,
                 const std::vector<std::vector<double>>& probabilities) {
  double sum = 0;
  for (std::size_t axis = 0; axis < step.size(); ++axis) {
    for (std::size_t k = 0; k < step[axis].size(); ++k) {
      sum += step[axis][k] * step[axis][k] / probabilities[axis][k];
    }
  }
  return std::sqrt(sum);
}

}  // namespace

CategorySearch::CategorySearch(std::vector<std::vector<double>> priors, std::size_t population)
    : weights_(weights_by_rank(population)), probabilities_(std::move(priors)) {
  weights_.resize(population / 2);
  const double sum = sum_of(weights_);
  for (double& weight : weights_) weight /= sum;
  for (std::size_t axis = 0; axis < axes(); ++axis) {
    path_.emplace_back(probabilities_[axis].size(), 0);
    free_ += static_cast<double>(probabilities_[axis].size()) - 1;
    keep_margin(axis);
  }
}

std::vector<std::vector<double>> CategorySearch::natural_gradient(
    std::span<const double> rows) const {
  std::vector<std::vector<double>> gradient;
  for (std::size_t axis = 0; axis < axes(); ++axis) {
    std::vector<double>& slope = gradient.emplace_back(probabilities_[axis].size(), 0);
    for (std::size_t rank = 0; rank < weights_.size(); ++rank) {
      const double value = rows[rank * axes() + axis];
      if (std::isnan(value)) continue;
      for (std::size_t k = 0; k < slope.size(); ++k) {
        slope[k] -= weights_[rank] * probabilities_[axis][k];
      }
      slope[static_cast<std::size_t>(value)] += weights_[rank];
    }
  }
  return gradient;
}

void CategorySearch::learn(std::span<const double> rows) {
  const auto gradient = natural_gradient(rows);
  const double length = length_of(gradient, probabilities_) + kTiny;
  const double step = 1 / distrust_ / length;
  adapt_step(gradient, length);
  for (std::size_t axis = 0; axis < axes(); ++axis) {
    for (std::size_t k = 0; k < gradient[axis].size(); ++k) {
      probabilities_[axis][k] += step * gradient[axis][k];
    }
    keep_margin(axis);
  }
}

void CategorySearch::adapt_step(const std::vector<std::vector<double>>& gradient, double length) {
  const double share = 1 / distrust_ / std::sqrt(free_);
  double squared = 0;
  for (std::size_t axis = 0; axis < axes(); ++axis) {
    for (std::size_t k = 0; k < gradient[axis].size(); ++k) {
      const double unit = gradient[axis][k] / std::sqrt(probabilities_[axis][k]) / length;
      path_[axis][k] = (1 - share) * path_[axis][k] + std::sqrt(share * (2 - share)) * unit;
      squared += path_[axis][k] * path_[axis][k];
    }
  }
  expected_ = (1 - share) * (1 - share) * expected_ + share * (2 - share);
  distrust_ = std::max(1.0, distrust_ * std::exp(share * (expected_ - squared / kTrend)));
}

/// So that with a probability of 0.73 no axis is drawn at its margin.
void CategorySearch::keep_margin(std::size_t axis) {
  std::vector<double>& probabilities = probabilities_[axis];
  const auto categories = static_cast<double>(probabilities.size());
  const double margin =
      (1 - std::pow(kNoRegret, 1 / static_cast<double>(axes()))) / (categories - 1);
  for (double& probability : probabilities) probability = std::max(probability, margin);
  const double spare = sum_of(probabilities) - margin * categories;
  const double wanted = 1 - margin * categories;
  for (double& probability : probabilities) {
    probability = margin + (probability - margin) * wanted / spare;
  }
}

}  // namespace hpopt
