// How far a Gaussian process may differ between the two vector paths: docs/algorithms.md, "The same
// decisions everywhere".
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "model/gaussian_process.h"
#include "model/gp_fit.h"

namespace hpopt {
namespace {

constexpr std::size_t kCubeAxes = 5;
constexpr double kOfPredictions = 1e-9;  // in standard deviations of what was seen
constexpr double kOfParameters = 1e-6;   // of their logarithms

std::vector<double> cube_rows(std::size_t n, std::uint64_t stream) {
  Rng rng(11, stream);
  std::vector<double> rows(n * kCubeAxes);
  for (double& coordinate : rows) coordinate = rng.uniform();
  return rows;
}

std::vector<double> noisy_values(const std::vector<double>& rows) {
  Rng rng(12, 0);
  std::vector<double> values;
  for (std::size_t i = 0; i < rows.size(); i += kCubeAxes) {
    values.push_back(1.4 * std::sin(6 * rows[i]) + rows[i + 1] + 0.05 * rng.normal());
  }
  return values;
}

class VectorPaths : public ::testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    if (wide_ == nullptr) GTEST_SKIP() << "this machine has no wide vectors";
  }
  static GpKernel kernel(const Kernels* path) { return {std::vector<GpAxis>(kCubeAxes), *path}; }

  const Kernels* const baseline_ = kernels_of(VectorPath::kBaseline);
  const Kernels* const wide_ = kernels_of(VectorPath::kWide);
  const std::vector<double> rows_ = cube_rows(GetParam(), 0);
  const std::vector<double> values_ = noisy_values(rows_);
};

TEST_P(VectorPaths, PredictTheSame) {
  const GpParameters little_noise{{0.3, 0.5, 1, 3, 8}, 1.5, 1e-4};
  const GaussianProcess narrow(kernel(baseline_), little_noise, rows_, values_);
  const GaussianProcess wide(kernel(wide_), little_noise, rows_, values_);
  constexpr std::size_t kAsked = 200;
  const std::vector<double> asked = cube_rows(kAsked, 1);
  std::vector<double> means(kAsked);
  std::vector<double> variances(kAsked);
  narrow.predict(asked, means, variances);
  std::vector<double> other_means(kAsked);
  std::vector<double> other_variances(kAsked);
  wide.predict(asked, other_means, other_variances);
  for (std::size_t i = 0; i < kAsked; ++i) {
    EXPECT_NEAR(means[i], other_means[i], kOfPredictions);
    EXPECT_NEAR(variances[i], other_variances[i], kOfPredictions);
  }
}

TEST_P(VectorPaths, FitTheSame) {
  const auto fitted = [&](const Kernels* path) {
    return fit_parameters(kernel(path), rows_, values_, prior_parameters(kCubeAxes), 40);
  };
  const GpParameters narrow = fitted(baseline_);
  const GpParameters wide = fitted(wide_);
  for (std::size_t axis = 0; axis < kCubeAxes; ++axis) {
    EXPECT_NEAR(std::log(narrow.lengths[axis] / wide.lengths[axis]), 0, kOfParameters);
  }
  EXPECT_NEAR(std::log(narrow.scale / wide.scale), 0, kOfParameters);
  EXPECT_NEAR(std::log(narrow.noise / wide.noise), 0, kOfParameters);
}

INSTANTIATE_TEST_SUITE_P(Rows, VectorPaths, ::testing::Values(10, 40, 150, 300));

}  // namespace
}  // namespace hpopt
