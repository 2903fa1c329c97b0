// All samplers keep the constraints of a space.
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sampler/make_sampler.h"
#include "sampler/searches.h"
#include "sampler/test_functions.h"
#include "space/testing.h"

namespace hpopt {
namespace {

using testing::least_value;
using testing::number;

double sum_of(const Configuration& configuration) {
  double sum = 0;
  for (const auto& [name, value] : configuration) sum += value.as_double();
  return sum;
}

// least_value checks each configuration.
RC_GTEST_PROP(Constraints, HoldWhateverProposes, ()) {
  constexpr int kTrials = 8;
  const Space space = testing::any_constrained_space();
  for (const Method method :
       {Method::kRandom, Method::kGrid, Method::kTpe, Method::kGp, Method::kCmaes}) {
    int trials = 0;
    const auto counted = [&](const Configuration& c) { return ++trials, sum_of(c); };
    least_value(*make_sampler(method, 1), space, counted, kTrials);
    const auto all = space.enumerate(kTrials);
    RC_ASSERT(trials == kTrials || (all && static_cast<std::size_t>(trials) == all->size()));
  }
}

/// The nearest that a + b <= 1 allows to (0.9, 0.7) is (0.6, 0.4).
TEST(Constraints, TheBestIsFoundOnTheBorder) {
  Space space;
  for (const char* name : {"a", "b"}) {
    space.add({.name = name, .domain = FloatDomain{0, 1}}).value();
  }
  space.add(Constraint{"a + b", "1", false}).value();
  const auto away = [](const Configuration& c) {
    return std::hypot(number(c, "a") - 0.9, number(c, "b") - 0.7);
  };
  const double best = std::hypot(0.3, 0.3);
  const auto median = [&](Method method) {
    const auto sampler = [&](std::uint64_t seed) { return make_sampler(method, seed); };
    return testing::median_least_value(sampler, space, away, 30, 5) - best;
  };
  const double by_chance = median(Method::kRandom);
  EXPECT_LT(median(Method::kGp), 0.1 * by_chance);
  EXPECT_LT(median(Method::kTpe), by_chance);
}

// Not only its border: units1 + units2 <= 512 halves the square.
TEST(Constraints, RandomDrawsStaySpread) {
  Space space;
  for (const char* name : {"units1", "units2"}) {
    space.add({.name = name, .domain = FloatDomain{0, 512}}).value();
  }
  space.add(Constraint{"units1 + units2", "512", false}).value();
  int inside = 0;
  const auto counted = [&](const Configuration& c) { return inside += sum_of(c) < 256 ? 1 : 0; };
  least_value(*make_sampler(Method::kRandom, 1), space, counted, 400);
  EXPECT_NEAR(inside, 100, 30);
}

}  // namespace
}  // namespace hpopt
