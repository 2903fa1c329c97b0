#include "model/parzen.h"

#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "model/normal.h"

namespace hpopt {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

const std::vector<ParzenAxis>& mixed_axes() {
  static const std::vector<ParzenAxis> axes = {
      {},
      {.cells = {0.25, 0.25, 0.25, 0.25}, .ordered = true},
      {.cells = {0.5, 0.3, 0.2}},
      {.conditional = true},
  };
  return axes;
}

constexpr std::array kObservations = {
    0.10, 0.0, 0.0, 0.90,  //
    0.35, 1.0, 0.0, kNaN,  //
    0.32, 3.0, 2.0, 0.05,  //
    0.80, 2.0, 1.0, kNaN,  //
    0.99, 3.0, 2.0, 0.45,
};
constexpr std::array kWeights = {0.2, 0.6, 1.0, 1.0, 1.0};
constexpr std::array kPoints = {
    0.30, 1.0, 0.0, 0.50,  //
    0.00, 3.0, 2.0, kNaN,  //
    1.00, 0.0, 1.0, 0.02,  //
    0.81, 2.0, 1.0, kNaN,  //
    0.55, 3.0, 0.0, 0.99,
};

void expect_log_densities(std::size_t rows, const std::array<double, 5>& expected) {
  const Parzen parzen(mixed_axes(), std::span(kObservations).first(rows * 4),
                      std::span(kWeights).first(rows));
  std::array<double, 5> found{};
  parzen.log_density(kPoints, found);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i], expected[i], 1e-8) << "point " << i << " of " << rows << " rows";
  }
}

// Literals by parzen_reference.py, an independent implementation with SciPy.
TEST(Parzen, AgreesWithSciPy) {
  expect_log_densities(
      5, {-1.983700701056, -2.407587681683, -4.071088751425, -1.616416303697, -3.236210445918});
  expect_log_densities(
      1, {-1.789383979079, -3.146431426751, -2.768125743928, -2.746636646360, -2.195873433323});
  expect_log_densities(
      0, {-2.079441541680, -2.995732273554, -2.590267165446, -2.590267165446, -2.079441541680});
}

TEST(Parzen, DrawsFollowTheDensity) {
  std::vector<ParzenAxis> axes = mixed_axes();
  axes[0].conditional = true;  // so that its density can be asked for alone
  const Parzen parzen(axes, kObservations, kWeights);
  Rng rng(3, 1);
  constexpr int kDraws = 40000;
  std::array<double, 4> category{};
  int lower_third = 0;
  for (int i = 0; i < kDraws; ++i) {
    const std::size_t component = parzen.draw_component(rng);
    lower_third += parzen.draw(component, 0, rng) < 1.0 / 3 ? 1 : 0;
    category[static_cast<std::size_t>(parzen.draw(component, 1, rng))] += 1.0 / kDraws;
    const double x = parzen.draw(component, 3, rng);
    ASSERT_TRUE(x >= 0 && x <= 1);
  }
  double below = 0;
  constexpr int kNodes = 2000;
  for (int i = 0; i < kNodes; ++i) {
    const std::array point{(i + 0.5) / kNodes / 3, kNaN, kNaN, kNaN};
    double log_density = 0;
    parzen.log_density(point, std::span(&log_density, 1));
    below += std::exp(log_density) / kNodes / 3;
  }
  EXPECT_NEAR(static_cast<double>(lower_third) / kDraws, below, 0.01);
  double sum = 0;
  for (std::size_t value = 0; value < category.size(); ++value) {
    const std::array point{kNaN, static_cast<double>(value), kNaN, kNaN};
    double log_density = 0;
    parzen.log_density(point, std::span(&log_density, 1));
    EXPECT_NEAR(category[value], std::exp(log_density), 0.01) << "value " << value;
    sum += std::exp(log_density);
  }
  EXPECT_NEAR(sum, 1, 1e-8);
}

TEST(Parzen, CrowdedObservationsGetNarrowKernels) {
  const std::vector<ParzenAxis> axes(1);
  const std::vector<double> observations = {0.75, 0.50, 0.52, 0.55, 0.50, 0.0};
  const std::vector<double> weights(observations.size(), 1.0);
  const Parzen parzen(axes, observations, weights);
  const double finest = 1.0 / 8;
  const double widest = 2 * 0.2 * std::pow(6, -0.2);
  EXPECT_NEAR(parzen.bandwidth(2, 0), finest, 1e-12);
  EXPECT_NEAR(parzen.bandwidth(3, 0), 0.75 - 0.55, 1e-12);
  EXPECT_NEAR(parzen.bandwidth(5, 0), widest, 1e-12);
}

TEST(Normal, MassAgreesWithErfc) {
  for (double t = -9; t <= 9; t += 0.0137) {
    EXPECT_NEAR(normal_mass(t, 50), 0.5 * std::erfc(t / std::sqrt(2.0)), 1e-10) << t;
  }
  EXPECT_NEAR(normal_mass(-1, 2), 0.8185946141203637, 1e-10);
  EXPECT_NEAR(normal_mass(3, 4), 0.0013182267897969, 1e-10);
  EXPECT_NEAR(normal_mass(-4, -3), 0.0013182267897969, 1e-10);
}

}  // namespace
}  // namespace hpopt
