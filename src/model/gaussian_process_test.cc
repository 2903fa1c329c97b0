#include "model/gaussian_process.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "model/gp_fit.h"

namespace hpopt {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Two reals, a category, and a real that is not always active.
GpKernel mixed_kernel() { return {{{}, {}, {.is_category = true}, {}}, kernels()}; }
GpParameters some_parameters() { return {{0.4, 1.5, 2, 0.8}, 1.3, 0.02}; }

std::vector<double> mixed_rows(std::size_t n, std::uint64_t seed) {
  Rng rng(seed, 1);
  std::vector<double> rows;
  for (std::size_t i = 0; i < n; ++i) {
    rows.push_back(rng.uniform());
    rows.push_back(rng.uniform());
    rows.push_back(static_cast<double>(rng.below(3)));
    rows.push_back(rows.back() == 1 ? rng.uniform() : kNan);
  }
  return rows;
}

std::vector<double> values_at(const std::vector<double>& rows) {
  std::vector<double> values;
  for (std::size_t i = 0; i < rows.size(); i += 4) {
    values.push_back(std::sin(5 * rows[i]) + rows[i + 1] * rows[i + 2] +
                     (std::isnan(rows[i + 3]) ? 0 : rows[i + 3]));
  }
  return values;
}

std::vector<double> part(const std::vector<double>& whole, std::size_t begin, std::size_t end) {
  return {whole.begin() + static_cast<std::ptrdiff_t>(begin),
          whole.begin() + static_cast<std::ptrdiff_t>(end)};
}

struct Predicted {
  std::vector<double> means;
  std::vector<double> variances;
};
Predicted predict(const GaussianProcess& process, const std::vector<double>& points) {
  const std::size_t count = points.size() / process.kernel().width();
  Predicted predicted{std::vector<double>(count), std::vector<double>(count)};
  process.predict(points, predicted.means, predicted.variances);
  return predicted;
}

// By hand: k = matern52(0.5 / 0.5) = (1 + sqrt(5) + 5/3) exp(-sqrt(5)), one observation of 2.
TEST(GaussianProcess, PredictsAsTheFormulaSays) {
  const GpKernel kernel({{}}, kernels());
  const GaussianProcess process(kernel, {{0.5}, 1, 0.25}, {0.25}, {2});
  const double k = (1 + std::sqrt(5) + 5.0 / 3) * std::exp(-std::sqrt(5));
  const auto [means, variances] = predict(process, {0.75});
  EXPECT_NEAR(means[0], k / 1.25 * 2, 1e-12);
  EXPECT_NEAR(variances[0], 1 - k * k / 1.25, 1e-12);
  EXPECT_NEAR(process.log_likelihood(),
              -0.5 * (4 / 1.25 + std::log(1.25) + std::log(2 * std::acos(-1.0))), 1e-12);
}

TEST(GaussianProcess, ReturnsToWhatItSawWhereThereIsLittleNoise) {
  const auto rows = mixed_rows(30, 1);
  const auto values = values_at(rows);
  GpParameters parameters = some_parameters();
  parameters.noise = 1e-8;
  const GaussianProcess process(mixed_kernel(), parameters, rows, values);
  const auto [means, variances] = predict(process, rows);
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(means[i], values[i], 1e-4);
    EXPECT_LT(variances[i], 1e-4);
  }
}

TEST(GaussianProcess, WhatIsAppendedIsAsIfItHadAlwaysBeenThere) {
  const auto rows = mixed_rows(40, 2);
  const auto values = values_at(rows);
  const GaussianProcess whole(mixed_kernel(), some_parameters(), rows, values);
  GaussianProcess grown(mixed_kernel(), some_parameters(), part(rows, 0, 40), part(values, 0, 10));
  const Predicted before = predict(grown, part(rows, 100, 120));
  grown.append(part(rows, 40, 44), part(values, 10, 11));
  grown.append(part(rows, 44, 160), part(values, 11, 40));
  const auto points = mixed_rows(20, 3);
  const Predicted a = predict(whole, points);
  const Predicted b = predict(grown, points);
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_NEAR(a.means[i], b.means[i], 1e-9);
    EXPECT_NEAR(a.variances[i], b.variances[i], 1e-9);
  }
  grown.shrink(10);
  EXPECT_EQ(predict(grown, part(rows, 100, 120)).means, before.means);
}

TEST(GaussianProcess, BelievesAtItsRowsWhatItPredictsThere) {
  const auto rows = mixed_rows(60, 9);
  const GaussianProcess process(mixed_kernel(), some_parameters(), rows, values_at(rows));
  const Predicted predicted = predict(process, rows);
  const std::vector<double> believed = process.believed();
  for (std::size_t i = 0; i < 60; ++i) EXPECT_NEAR(believed[i], predicted.means[i], 1e-10);
}

TEST(GaussianProcess, GradientsAreThoseOfFiniteDifferences) {
  const auto rows = mixed_rows(25, 4);
  const GaussianProcess process(mixed_kernel(), some_parameters(), rows, values_at(rows));
  constexpr double kStep = 1e-5;
  for (const std::vector<double>& point :
       {std::vector<double>{0.3, 0.6, 1, 0.4}, {0.9, 0.1, 0, kNan}, {0.5, 0.5, 7, 0.2}}) {
    const auto gradient = process.gradient(point);
    const auto there = predict(process, point);
    EXPECT_NEAR(gradient.mean, there.means[0], 1e-12);
    EXPECT_NEAR(gradient.variance, there.variances[0], 1e-10);
    for (std::size_t axis = 0; axis < 4; ++axis) {
      if (axis == 2 || std::isnan(point[axis])) {
        EXPECT_EQ(gradient.by_mean[axis], 0);
        continue;
      }
      auto left = point;
      auto right = point;
      left[axis] -= kStep;
      right[axis] += kStep;
      const auto low = predict(process, left);
      const auto high = predict(process, right);
      EXPECT_NEAR(gradient.by_mean[axis], (high.means[0] - low.means[0]) / (2 * kStep), 1e-6);
      EXPECT_NEAR(gradient.by_variance[axis], (high.variances[0] - low.variances[0]) / (2 * kStep),
                  1e-6);
    }
  }
}

TEST(GaussianProcess, LeavingOneOutIsAsWithoutIt) {
  const auto rows = mixed_rows(12, 5);
  const auto values = values_at(rows);
  const auto left_out =
      GaussianProcess(mixed_kernel(), some_parameters(), rows, values).leave_one_out();
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto other_rows = rows;
    auto other_values = values;
    other_rows.erase(other_rows.begin() + static_cast<std::ptrdiff_t>(4 * i),
                     other_rows.begin() + static_cast<std::ptrdiff_t>(4 * i + 4));
    other_values.erase(other_values.begin() + static_cast<std::ptrdiff_t>(i));
    const GaussianProcess without(mixed_kernel(), some_parameters(), other_rows, other_values);
    const auto [means, variances] = predict(without, part(rows, 4 * i, 4 * i + 4));
    EXPECT_NEAR(left_out[i].mean, means[0], 1e-9);
    EXPECT_NEAR(left_out[i].variance, variances[0] + some_parameters().noise, 1e-9);
  }
}

TEST(GaussianProcess, SamplesHaveTheMeanAndVarianceThatArePredicted) {
  const auto rows = mixed_rows(8, 6);
  const GaussianProcess process(mixed_kernel(), some_parameters(), rows, values_at(rows));
  const auto points = mixed_rows(3, 7);
  const auto [means, variances] = predict(process, points);
  constexpr int kDraws = 4000;
  std::vector<double> sum(3, 0.0);
  std::vector<double> squares(3, 0.0);
  Rng rng(1, 1);
  for (int draw = 0; draw < kDraws; ++draw) {
    const auto sample = process.sample(points, rng);
    for (std::size_t i = 0; i < 3; ++i) {
      sum[i] += sample[i];
      squares[i] += (sample[i] - means[i]) * (sample[i] - means[i]);
    }
  }
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(sum[i] / kDraws, means[i], 5 * std::sqrt(variances[i] / kDraws));
    EXPECT_NEAR(squares[i] / kDraws, variances[i], 0.15 * variances[i]);
  }
}

TEST(GpFit, TheGradientIsThatOfFiniteDifferences) {
  const auto rows = mixed_rows(20, 8);
  const auto values = values_at(rows);
  const GpParameters parameters = some_parameters();
  const Misfit told = misfit(mixed_kernel(), rows, values, parameters);
  constexpr double kStep = 1e-5;
  for (std::size_t i = 0; i < 6; ++i) {
    const auto moved = [&](double factor) {
      GpParameters other = parameters;
      double& which = i < 4 ? other.lengths[i] : i == 4 ? other.scale : other.noise;
      which *= std::exp(factor);
      return misfit(mixed_kernel(), rows, values, other).value;
    };
    EXPECT_NEAR(told.gradient[i], (moved(kStep) - moved(-kStep)) / (2 * kStep), 1e-5) << i;
  }
}

TEST(GpFit, FindsWhichAxesMatterAndHowMuchNoiseThereIs) {
  Rng rng(9, 1);
  std::vector<double> rows;
  std::vector<double> values;
  for (int i = 0; i < 80; ++i) {
    for (int axis = 0; axis < 3; ++axis) rows.push_back(rng.uniform());
    values.push_back(1.4 * std::sin(6 * rows[rows.size() - 3]) + 0.3 * rng.normal());
  }
  const GpKernel kernel({{}, {}, {}}, kernels());
  const GpParameters fitted = fit_parameters(kernel, rows, values, prior_parameters(3), 100);
  EXPECT_LT(3 * fitted.lengths[0], fitted.lengths[1]);
  EXPECT_LT(3 * fitted.lengths[0], fitted.lengths[2]);
  EXPECT_NEAR(std::sqrt(fitted.noise), 0.3, 0.1);
}

// Each of these gives an answer that is finite and no worse than knowing nothing.
TEST(GaussianProcess, NeverFails) {
  const GpKernel kernel({{}, {}}, kernels());
  const auto usable = [&](const std::vector<double>& rows, const std::vector<double>& values) {
    const GpParameters fitted = fit_parameters(kernel, rows, values, prior_parameters(2), 30);
    const GaussianProcess process(kernel, fitted, rows, values);
    const auto [means, variances] = predict(process, {0.5, 0.5, 0.1, 0.9});
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_TRUE(std::isfinite(means[i]));
      EXPECT_GT(variances[i], 0);
      EXPECT_LE(variances[i], fitted.scale);
    }
  };
  usable({}, {});
  usable({0.5, 0.5}, {0.3});
  usable({0.5, 0.5, 0.5, 0.5}, {-1, 1});
  usable(std::vector<double>(60, 0.25), std::vector<double>(30, 0.0));
  std::vector<double> near;
  for (int i = 0; i < 50; ++i) near.insert(near.end(), {0.5 + 1e-12 * i, 0.5});
  usable(near, std::vector<double>(50, 1.0));
  usable({0, 0, 1, 1}, {-3, 3});
}

TEST(GaussianProcess, ASingularMatrixIsMended) {
  const GpKernel kernel({{}}, kernels());
  const GaussianProcess process(kernel, {{0.5}, 1, 1e-300}, std::vector<double>(40, 0.5),
                                std::vector<double>(40, 2.0));
  const auto [means, variances] = predict(process, {0.5, 0.0});
  EXPECT_NEAR(means[0], 2, 1e-3);
  EXPECT_GT(variances[1], variances[0]);
}

TEST(GpKernel, CoversConditionalSpacesWithAPositiveDefiniteMatrix) {
  const auto rows = mixed_rows(120, 11);
  GpParameters parameters{{0.05, 3, 0.1, 0.02}, 1, 1e-10};
  std::vector<double> matrix = mixed_kernel().covariance(rows, rows, parameters);
  for (std::size_t i = 0; i < 120; ++i) matrix[i * 120 + i] += 1e-9;
  EXPECT_TRUE(Cholesky::of(matrix, 120).has_value());
  EXPECT_EQ(mixed_kernel().difference(3, kNan, kNan), 0);
  EXPECT_EQ(mixed_kernel().difference(3, 0.5, kNan), 0.25);
  EXPECT_EQ(mixed_kernel().difference(2, 1, kNan), 1);
}

}  // namespace
}  // namespace hpopt
