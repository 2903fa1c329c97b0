// Spaces that no model likes.
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "sampler/learning_methods.h"
#include "sampler/test_functions.h"

namespace hpopt {
namespace {

using testing::cube;
using testing::number;

class HardSpaces : public testing::LearningMethod {
 protected:
  /// Each of the configurations is tried once, then nothing more.
  static void expect_all_tried(const Space& space, std::size_t configurations) {
    std::set<std::string> tried;
    const auto note = [&](const Configuration& configuration) {
      tried.insert(configuration.json());
      return static_cast<double>(tried.size() % 3);
    };
    const int too_many = static_cast<int>(configurations) + 5;
    (void)testing::least_value(*sampler(1), space, note, too_many);
    EXPECT_EQ(tried.size(), configurations);
  }
};

TEST_P(HardSpaces, OfOneParameter) {
  const auto away = [](const Configuration& c) { return std::abs(number(c, "x0") - 0.3); };
  EXPECT_LT(median_least(cube(1), away, 25), 0.5 * by_chance(cube(1), away, 25));
}

TEST_P(HardSpaces, OfFewPoints) {
  Space one;
  one.add({.name = "only", .domain = FixedDomain{3}}).value();
  expect_all_tried(one, 1);
  Space two = one;
  two.add({.name = "either", .domain = CategoricalDomain{{true, false}, {}}}).value();
  expect_all_tried(two, 2);
  Space three = one;
  three.add({.name = "n", .domain = IntDomain{1, 3}}).value();
  expect_all_tried(three, 3);
  Space twelve;
  twelve.add({.name = "n", .domain = IntDomain{1, 4}}).value();
  twelve.add({.name = "kind", .domain = CategoricalDomain{{"a", "b", "c"}, {}}}).value();
  expect_all_tried(twelve, 12);
}

TEST_P(HardSpaces, WhoseBestIsBesideAConstraint) {
  Space space;
  space.add({.name = "low", .domain = FloatDomain{1e-5, 1, Scale::kLog}}).value();
  space.add({.name = "high", .domain = FloatDomain{1e-5, 1, Scale::kLog}}).value();
  space.add(Constraint{"low", "high"}).value();
  const auto gap = [](const Configuration& c) {
    return std::abs(std::log(number(c, "high") / number(c, "low")) - 0.1);
  };
  EXPECT_LT(median_least(space, gap, 60), 0.1);
}

TEST_P(HardSpaces, WithAChoiceOfFiveHundred) {
  Space space;
  std::vector<Value> values;
  for (int i = 0; i < 500; ++i) values.emplace_back(i);
  space.add({.name = "which", .domain = CategoricalDomain{values, {}}}).value();
  space.add({.name = "x", .domain = FloatDomain{0, 1}}).value();
  space.add({.name = "y", .domain = FloatDomain{0, 1}}).value();
  const auto away = [](const Configuration& c) {
    const double wrong = c.get("which")->as_int() % 4 == 0 ? 0 : 0.3;
    return wrong + std::abs(number(c, "x") - 0.2) + std::abs(number(c, "y") - 0.7);
  };
  EXPECT_LT(median_least(space, away, 60), 0.7 * by_chance(space, away, 60));
}

TEST_P(HardSpaces, OverThirtyDecades) {
  Space space;
  space.add({.name = "rate", .domain = FloatDomain{1e-15, 1e15, Scale::kLog}}).value();
  space.add({.name = "x", .domain = FloatDomain{0, 1}}).value();
  const auto decades = [](const Configuration& c) {
    return std::abs(std::log10(number(c, "rate")) + 3) + std::abs(number(c, "x") - 0.2);
  };
  EXPECT_LT(median_least(space, decades, 40), 0.5 * by_chance(space, decades, 40));
}

// What is known is all of one branch, and the other one is better.
TEST_P(HardSpaces, WithParametersThatWereNeverActive) {
  Space space;
  space.add({.name = "kind", .domain = CategoricalDomain{{"a", "b"}, {}}}).value();
  space.add({.name = "of_b", .domain = FloatDomain{0, 1}, .when = {{"kind", {"b"}}}}).value();
  space.add({.name = "x", .domain = FloatDomain{0, 1}}).value();
  const auto away = [](const Configuration& c) {
    const auto of_b = c.get("of_b");
    return std::abs(number(c, "x") - 0.7) + (of_b ? std::abs(of_b->as_double() - 0.3) : 1);
  };
  testing::StudyUnderTest study(testing::loss_spec(space));
  for (int i = 0; i < 25; ++i) {
    const Configuration a = space.from_unit(std::vector{0.0, 0.5, (i + 0.5) / 25});
    ASSERT_FALSE(a.get("of_b"));
    study.whole_trial(a, away(a));
  }
  EXPECT_LT(testing::least_value(*sampler(1), study, away, 40), by_chance(space, away, 40));
}

TEST_P(HardSpaces, WithABranchThatHardlyAnybodyTakes) {
  Space space;
  std::vector<Value> kinds;
  for (int i = 0; i < 60; ++i) kinds.emplace_back(i);
  space.add({.name = "kind", .domain = CategoricalDomain{kinds, {}}}).value();
  space.add({.name = "of_7", .domain = FloatDomain{0, 1}, .when = {{"kind", {7}}}}).value();
  space.add({.name = "x", .domain = FloatDomain{0, 1}}).value();
  space.add({.name = "y", .domain = FloatDomain{0, 1}}).value();
  const auto away = [](const Configuration& c) {
    const auto branch = c.get("of_7");
    return std::abs(number(c, "x") - 0.7) + std::abs(number(c, "y") - 0.1) +
           (branch ? 0.5 + branch->as_double() : 0);
  };
  EXPECT_LT(median_least(space, away, 40), 0.9 * by_chance(space, away, 40));
}

// Of an evolution strategy so few trials are but two generations in so many dimensions.
class VastSpaces : public testing::LearningMethod {};

TEST_P(VastSpaces, OfTwoHundredParametersWhereTwoMatter) {
  const auto away = [](const Configuration& c) {
    return std::abs(number(c, "x3") - 0.3) + std::abs(number(c, "x150") - 0.6);
  };
  const Space space = cube(200);
  EXPECT_LT(testing::least_value(*sampler(1), space, away, 50), by_chance(space, away, 50));
}

INSTANTIATE_TEST_SUITE_P(Methods, VastSpaces, testing::kModels, testing::method_name);
INSTANTIATE_TEST_SUITE_P(Methods, HardSpaces, testing::kLearningMethods, testing::method_name);

}  // namespace
}  // namespace hpopt
