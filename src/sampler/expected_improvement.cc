#include "sampler/expected_improvement.h"

#include <cmath>

#include "model/log_ei.h"

namespace hpopt {

void ExpectedImprovement::add(std::span<const double> rows, std::span<double> worths) const {
  std::vector<double> means(worths.size());
  std::vector<double> variances(worths.size());
  process_.predict(rows, means, variances);
  for (std::size_t i = 0; i < worths.size(); ++i) {
    worths[i] += log_expected_improvement(means[i], std::sqrt(variances[i]), best_).value;
  }
}

double ExpectedImprovement::add_slope(std::span<const double> row, std::span<double> slope) const {
  const auto there = process_.gradient(row);
  const double deviation = std::sqrt(there.variance);
  const LogEi gain = log_expected_improvement(there.mean, deviation, best_);
  for (std::size_t axis = 0; axis < slope.size(); ++axis) {
    slope[axis] += gain.by_mean * there.by_mean[axis] +
                   gain.by_deviation * there.by_variance[axis] / (2 * deviation);
  }
  return gain.value;
}

}  // namespace hpopt
