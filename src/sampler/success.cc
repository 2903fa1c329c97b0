#include "sampler/success.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/gp_fit.h"
#include "model/normal.h"

namespace hpopt {
namespace {

constexpr double kFailed = -2;
constexpr double kBetween = -1;

std::vector<double> labels_of(const Outcomes& outcomes) {
  std::vector<double> labels;
  for (const bool failed : outcomes.failed) labels.push_back(failed ? kFailed : 0);
  return labels;
}

GpParameters doubtful(GpParameters parameters, std::size_t failures) {
  const double doubt = 1 / static_cast<double>(std::max<std::size_t>(failures, 1));
  parameters.noise = std::max(parameters.noise, doubt);
  return parameters;
}

}  // namespace

std::size_t Outcomes::failures() const {
  return static_cast<std::size_t>(std::count(failed.begin(), failed.end(), true));
}

std::vector<double> Outcomes::failed_rows(std::size_t width) const {
  std::vector<double> found;
  for (std::size_t i = 0; i < failed.size(); ++i) {
    if (!failed[i]) continue;
    const auto row = std::span(rows).subspan(i * width, width);
    found.insert(found.end(), row.begin(), row.end());
  }
  return found;
}

GpParameters fit_success(const GpKernel& kernel, const Outcomes& outcomes,
                         const GpParameters& start, int evaluations) {
  return fit_parameters(kernel, outcomes.rows, labels_of(outcomes), start, evaluations);
}

Success::Success(const GpKernel& kernel, GpParameters parameters, const Outcomes& outcomes)
    : labels_(kernel, doubtful(std::move(parameters), outcomes.failures()), outcomes.rows,
              labels_of(outcomes)) {}

void Success::add(std::span<const double> rows, std::span<double> worths) const {
  std::vector<double> means(worths.size());
  std::vector<double> variances(worths.size());
  labels_.predict(rows, means, variances);
  for (std::size_t i = 0; i < worths.size(); ++i) {
    const double deviation = std::sqrt(variances[i] + labels_.parameters().noise);
    worths[i] += log_normal_below((means[i] - kBetween) / deviation).value;
  }
}

double Success::add_slope(std::span<const double> row, std::span<double> slope) const {
  const auto there = labels_.gradient(row);
  const double variance = there.variance + labels_.parameters().noise;
  const double z = (there.mean - kBetween) / std::sqrt(variance);
  const LogMass chance = log_normal_below(z);
  for (std::size_t axis = 0; axis < slope.size(); ++axis) {
    const double change =
        there.by_mean[axis] / std::sqrt(variance) - z * there.by_variance[axis] / (2 * variance);
    slope[axis] += chance.slope * change;
  }
  return chance.value;
}

}  // namespace hpopt
