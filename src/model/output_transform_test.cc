#include "model/output_transform.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "model/log_ei.h"

namespace hpopt {
namespace {

double skewness(const std::vector<double>& numbers) {
  double cubes = 0;
  for (const double x : numbers) cubes += x * x * x;
  return cubes / static_cast<double>(numbers.size());
}

void expect_usable(const std::vector<double>& losses) {
  const std::vector<double> numbers = standardized(losses);
  ASSERT_EQ(numbers.size(), losses.size());
  for (std::size_t i = 0; i < losses.size(); ++i) {
    EXPECT_TRUE(std::isfinite(numbers[i]));
    for (std::size_t j = 0; j < losses.size(); ++j) {
      const bool is_no_worse = losses[i] <= losses[j] || std::isnan(losses[j]);
      EXPECT_TRUE(!is_no_worse || numbers[i] <= numbers[j] + 1e-9);
    }
  }
}

TEST(Standardized, HasMeanZeroAndDeviationOneAndLittleSkew) {
  Rng rng(1, 1);
  std::vector<double> losses(200);
  for (double& loss : losses) loss = std::exp(1.5 * rng.normal());
  const std::vector<double> numbers = standardized(losses);
  EXPECT_NEAR(std::accumulate(numbers.begin(), numbers.end(), 0.0) / 200, 0, 0.05);
  EXPECT_NEAR(std::inner_product(numbers.begin(), numbers.end(), numbers.begin(), 0.0) / 200, 1,
              0.1);
  EXPECT_LT(std::abs(skewness(numbers)), 0.5);
  expect_usable(losses);
}

TEST(Standardized, KeepsTheOrderWhateverComes) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
  expect_usable({});
  expect_usable({1});
  expect_usable({1, 1, 1});
  expect_usable({1, 2, kInf, 3, kNothing});
  expect_usable({kInf, kInf});
  expect_usable({1e300, -1e300, 0, 1, 2, 3, 4, 5, 6, 1e299});
  expect_usable({1e-300, 2e-300, 5e-300, 3e-300, 9e-300, 4e-300, 6e-300, 7e-300, 8e-300});
  expect_usable({0, 1e-300, 1, 1e10, 1e100, 1e200, 1e300, 1e301, 1e302, 1e303});
  expect_usable({1e16, 1e16 + 2, 1e16 + 4, 1e16 + 6, 1e16, 1e16, 1e16, 1e16, 1e16});
}

TEST(Standardized, TinyLossesAreToldApart) {
  const std::vector<double> numbers = standardized(std::vector<double>{1e-300, 2e-300, 3e-300});
  EXPECT_NEAR(numbers[1], 0, 1e-9);
  EXPECT_NEAR(numbers[2], std::sqrt(1.5), 1e-9);
}

// Ten decades at least are between any two: only the ranks are left to tell which is better.
TEST(Standardized, LossesOverHundredsOfDecadesAreToldApart) {
  std::vector<double> losses;
  for (int i = 0; i < 60; ++i) losses.push_back(std::pow(10.0, 10 * i - 300));
  const std::vector<double> numbers = standardized(losses);
  for (std::size_t i = 1; i < 50; ++i) EXPECT_GT(numbers[i], numbers[i - 1] + 0.01) << i;
  expect_usable(losses);
}

TEST(Standardized, ALuckyOneAmongManyThatAreBadStaysFarAhead) {
  std::vector<double> losses(40, 1.0);
  for (std::size_t i = 0; i < losses.size(); ++i) losses[i] += 1e-9 * static_cast<double>(i);
  losses[7] = 0;
  const std::vector<double> numbers = standardized(losses);
  for (std::size_t i = 0; i < losses.size(); ++i) {
    EXPECT_TRUE(i == 7 || numbers[i] > numbers[7] + 3);
  }
}

// Against the integral of max(0, best - x) p(x), and its finite differences.
TEST(LogEi, IsTheLogarithmOfTheExpectedImprovement) {
  for (const double mean : {-1.0, 0.0, 2.5}) {
    constexpr double kDeviation = 0.7;
    double integral = 0;
    constexpr int kParts = 200000;
    for (int i = 0; i < kParts; ++i) {
      const double z = -12 + 24 * (i + 0.5) / kParts;
      const double gain = std::max(0.0, 0.5 - (mean + kDeviation * z));
      integral += gain * std::exp(-0.5 * z * z) / std::sqrt(2 * std::acos(-1.0)) * 24 / kParts;
    }
    EXPECT_NEAR(log_expected_improvement(mean, kDeviation, 0.5).value, std::log(integral), 1e-6);
  }
}

TEST(LogEi, StaysExactHoweverSmall) {
  constexpr double kStep = 1e-6;
  double before = std::numeric_limits<double>::infinity();
  for (const double mean :
       {-3.0, 0.0, 0.99, 1.01, 5.0, 19.9, 29.9, 30.1, 31.0, 500.0, 1e5, 1e150}) {
    const LogEi here = log_expected_improvement(mean, 1, 0);
    EXPECT_LT(here.value, before);
    EXPECT_TRUE(std::isfinite(here.value) || mean > 1e100);
    before = here.value;
    if (mean > 1e3) continue;
    const double by_mean = (log_expected_improvement(mean + kStep, 1, 0).value -
                            log_expected_improvement(mean - kStep, 1, 0).value) /
                           (2 * kStep);
    EXPECT_NEAR(here.by_mean, by_mean, 1e-6 * std::max(1.0, std::abs(by_mean))) << mean;
    const double by_deviation = (log_expected_improvement(mean, 1 + kStep, 0).value -
                                 log_expected_improvement(mean, 1 - kStep, 0).value) /
                                (2 * kStep);
    EXPECT_NEAR(here.by_deviation, by_deviation, 1e-5 * std::max(1.0, std::abs(by_deviation)));
  }
  // The two forms meet where one takes over from the other.
  EXPECT_NEAR(log_expected_improvement(30 - 1e-9, 1, 0).value,
              log_expected_improvement(30 + 1e-9, 1, 0).value, 1e-6);
}

}  // namespace
}  // namespace hpopt
