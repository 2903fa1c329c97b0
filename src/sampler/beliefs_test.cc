#include "sampler/beliefs.h"

#include <cmath>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "sampler/make_sampler.h"
#include "sampler/searches.h"
#include "sampler/test_functions.h"

namespace hpopt {
namespace {

using testing::number;

Space believed_space() {
  Space space;
  space.add({.name = "lr", .domain = FloatDomain{1e-5, 1, Scale::kLog}, .belief = Belief{1e-3}})
      .value();
  space.add({.name = "free", .domain = FloatDomain{0, 1}}).value();
  space
      .add({.name = "opt",
            .domain = CategoricalDomain{{"sgd", "adam", "lion"}, {}},
            .belief = Belief{"adam", 0.3}})
      .value();
  space.add({.name = "only", .domain = FixedDomain{3}, .belief = Belief{3}}).value();
  space
      .add({.name = "layers",
            .domain = IntDomain{1, 5},
            .when = {{"opt", {"adam"}}},
            .belief = Belief{5, 0.2}})
      .value();
  return space;
}

TEST(Beliefs, AreDensitiesOfTheUnitInterval) {
  const Space space = believed_space();
  const Beliefs beliefs(space, Layout(space));
  ASSERT_EQ(beliefs.axes().size(), 3U);
  constexpr int kParts = 10'000;
  for (const std::size_t i : {std::size_t{0}, std::size_t{2}}) {
    const Beliefs::Axis& axis = beliefs.axes()[i];
    double mass = 0;
    for (int part = 0; part < kParts; ++part) {
      mass += std::exp(axis.density((part + 0.5) / kParts).log) / kParts;
    }
    EXPECT_NEAR(mass, 1, 1e-6);
    for (const double x : {0.1, 0.4, 0.41, 0.9}) {
      constexpr double kStep = 1e-6;
      const double slope =
          (axis.density(x + kStep).log - axis.density(x - kStep).log) / (2 * kStep);
      EXPECT_NEAR(axis.density(x).slope, slope, 1e-4 * (1 + std::abs(slope)));
    }
  }
  const Beliefs::Axis& choice = beliefs.axes()[1];
  EXPECT_NEAR(std::exp(choice.density(1).log), 3 * 0.8, 1e-12);  // 0.7, and its part of 0.3
  EXPECT_NEAR(std::exp(choice.density(0).log), 3 * 0.1, 1e-12);
  EXPECT_EQ(choice.density(std::nan("")).log, 0);
}

TEST(Beliefs, DrawsGatherAroundThem) {
  const Space space = believed_space();
  const Beliefs beliefs(space, Layout(space));
  Rng rng(1, 1);
  constexpr int kDraws = 2000;
  int near = 0;
  int adam = 0;
  double free = 0;
  for (int i = 0; i < kDraws; ++i) {
    const Configuration drawn = space.from_unit(beliefs.drawn(rng));
    EXPECT_TRUE(space.check(drawn).ok());
    near += std::abs(std::log10(number(drawn, "lr")) + 3) < 0.5 ? 1 : 0;
    adam += drawn.get("opt")->as_string() == "adam" ? 1 : 0;
    free += number(drawn, "free") / kDraws;
  }
  EXPECT_NEAR(near, 0.683 * kDraws, 0.05 * kDraws);  // within a standard deviation
  EXPECT_NEAR(adam, 0.8 * kDraws, 0.05 * kDraws);
  EXPECT_NEAR(free, 0.5, 0.05);
}

Space hartmann_believed(const std::vector<double>& at) {
  const Space even = testing::hartmann6_space();
  Space space;
  for (const Parameter& plain : even.parameters()) {
    Parameter parameter = plain;
    parameter.belief = Belief{at[space.parameters().size()]};
    space.add(std::move(parameter)).value();
  }
  return space;
}

double median_least(Method method, const Space& space, int trials) {
  return testing::median_least_value([&](std::uint64_t seed) { return make_sampler(method, seed); },
                                     space, testing::hartmann6, trials, 7);
}

// Its best is at (0.20, 0.15, 0.48, 0.28, 0.31, 0.66).
TEST(Beliefs, ARightOneIsWorthTrials) {
  const Space right = hartmann_believed({0.25, 0.2, 0.4, 0.3, 0.35, 0.6});
  for (const Method method : {Method::kGp, Method::kTpe}) {
    const double without = median_least(method, testing::hartmann6_space(), 20);
    EXPECT_LT(median_least(method, right, 20) + 3.32237, 0.5 * (without + 3.32237));
  }
}

TEST(Beliefs, AWrongOneIsForgotten) {
  const Space wrong = hartmann_believed({0.9, 0.9, 0.9, 0.9, 0.9, 0.1});
  for (const auto& [method, trials] : {std::pair(Method::kGp, 50), std::pair(Method::kTpe, 100)}) {
    const Space even = testing::hartmann6_space();
    const double by_chance = median_least(Method::kRandom, even, trials);
    const double without = median_least(method, even, trials);
    EXPECT_LT(median_least(method, wrong, trials), without + (by_chance - without) / 4);
  }
}

}  // namespace
}  // namespace hpopt
