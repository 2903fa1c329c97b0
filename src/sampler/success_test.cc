#include "sampler/success.h"

#include <cmath>
#include <limits>
#include <memory>

#include <gtest/gtest.h>

#include "model/gp_fit.h"
#include "sampler/gp.h"
#include "sampler/searches.h"
#include "sampler/test_functions.h"

namespace hpopt {
namespace {

using testing::number;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

const GpKernel& one_axis() {
  static const GpKernel kernel({GpAxis{}}, kernels());
  return kernel;
}

double chance_at(const Success& success, double x) {
  std::vector<double> worth{0};
  success.add(std::vector<double>{x}, worth);
  return std::exp(worth[0]);
}

/// Nine trials in [0, 1]; those from `border` on failed.
Outcomes split_at(double border) {
  Outcomes outcomes;
  for (int i = 0; i <= 8; ++i) {
    outcomes.rows.push_back(i / 8.0);
    outcomes.failed.push_back(outcomes.rows.back() >= border);
  }
  return outcomes;
}

TEST(Success, FallsAcrossABorder) {
  const Outcomes outcomes = split_at(0.6);
  const Success success(one_axis(), fit_success(one_axis(), outcomes, prior_parameters(1), 40),
                        outcomes);
  EXPECT_GT(chance_at(success, 0.2), 0.9);
  EXPECT_LT(chance_at(success, 0.9), 0.1);
  EXPECT_GT(chance_at(success, 0.5), chance_at(success, 0.55));
  EXPECT_GT(chance_at(success, 0.55), chance_at(success, 0.62));
}

TEST(Success, ASingleFailureClosesNothing) {
  const Outcomes accident{{0.5}, {true}};
  const Success lonely(one_axis(), {{0.2}, 1, 1e-4}, accident);
  EXPECT_GT(chance_at(lonely, 0.5), 0.4);
  EXPECT_GT(chance_at(lonely, 0.5 + 0.2), 0.6);
  Outcomes among = split_at(2);
  among.rows.push_back(0.55);
  among.failed.push_back(true);
  const Success success(one_axis(), fit_success(one_axis(), among, prior_parameters(1), 40), among);
  EXPECT_GT(chance_at(success, 0.55), 0.5);
}

TEST(Success, SlopesAreThoseOfTheWorth) {
  Rng rng(3, 3);
  const GpKernel kernel({GpAxis{}, GpAxis{.is_category = true}, GpAxis{}}, kernels());
  Outcomes outcomes;
  for (int i = 0; i < 20; ++i) {
    const double x = rng.uniform();
    outcomes.rows.insert(outcomes.rows.end(), {x, static_cast<double>(i % 3), rng.uniform()});
    outcomes.failed.push_back(x > 0.6);
  }
  const Success success(kernel, {{0.4, 1, 0.7}, 1.3, 0.02}, outcomes);
  for (int i = 0; i < 10; ++i) {
    std::vector<double> row{rng.uniform(), 1, i == 0 ? kNothing : rng.uniform()};
    const auto worth = [&](double move) {
      std::vector<double> moved = row;
      moved[0] += move;
      std::vector<double> worths{0};
      success.add(moved, worths);
      return worths[0];
    };
    std::vector<double> slope(3, 0.0);
    EXPECT_NEAR(success.add_slope(row, slope), worth(0), 1e-12);
    constexpr double kStep = 1e-6;
    EXPECT_NEAR(slope[0], (worth(kStep) - worth(-kStep)) / (2 * kStep), 1e-5);
  }
}

struct Search {
  double least;
  int failures;
};

Search median_search(const testing::SamplerOfSeed& sampler, const Space& space,
                     const testing::Function& function, int trials) {
  int failures = 0;
  const auto counted = [&](const Configuration& c) {
    const double value = function(c);
    failures += std::isfinite(value) ? 0 : 1;
    return value;
  };
  constexpr std::uint64_t kSeeds = 7;
  const double least = testing::median_least_value(sampler, space, counted, trials, kSeeds);
  return {least, failures / static_cast<int>(kSeeds)};
}

Search by_gp(const Space& space, const testing::Function& function, int trials) {
  return median_search([](std::uint64_t seed) { return std::make_unique<Gp>(seed); }, space,
                       function, trials);
}

Search by_chance(const Space& space, const testing::Function& function, int trials) {
  return median_search([](std::uint64_t) { return std::make_unique<RandomSampler>(); }, space,
                       function, trials);
}

/// More than half of the box fails; the best is 0.34 beside the border.
double cut_branin(const Configuration& c) {
  return number(c, "x") < 2.8 ? kNothing : testing::branin(c);
}

TEST(Gp, FindsTheBestBesideWhatFails) {
  const Search gp = by_gp(testing::branin_space(), cut_branin, 40);
  const Search random = by_chance(testing::branin_space(), cut_branin, 40);
  EXPECT_LT(gp.least - 0.397887, 0.05 * (random.least - 0.397887));
  EXPECT_LT(gp.failures, random.failures);
}

TEST(Gp, IsNotLedAstrayByAccidents) {
  const auto now_and_then = [trial = std::uint64_t{0}](const Configuration& c) mutable {
    Rng rng(77, trial++);
    return rng.uniform() < 0.15 ? kNothing : testing::branin(c);
  };
  EXPECT_LT(by_gp(testing::branin_space(), now_and_then, 45).least, 0.397887 + 0.02);
}

}  // namespace
}  // namespace hpopt
