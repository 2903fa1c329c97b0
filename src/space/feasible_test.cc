#include "space/feasible.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "space/testing.h"

namespace hpopt {
namespace {

Space space_of(std::vector<Parameter> parameters, const std::vector<std::string>& constraints) {
  Space space;
  for (Parameter& parameter : parameters) EXPECT_TRUE(space.add(std::move(parameter)).ok());
  for (const std::string& text : constraints) {
    for (const Constraint& constraint : parse_constraint(text).value()) {
      EXPECT_TRUE(space.add(constraint).ok());
    }
  }
  return space;
}

std::string infeasible(std::vector<Parameter> parameters,
                       const std::vector<std::string>& constraints) {
  const Status feasible = check_feasible(space_of(std::move(parameters), constraints));
  return feasible ? "feasible" : feasible.error().message();
}

std::string broken_default(std::vector<Parameter> parameters,
                           const std::vector<std::string>& constraints) {
  const Status fine = check_defaults(space_of(std::move(parameters), constraints));
  return fine ? "fine" : fine.error().message();
}

TEST(Feasible, NamesTheBoundsThatRuleEverythingOut) {
  const Parameter a{.name = "a", .domain = IntDomain{2, 3}};
  const Parameter b{.name = "b", .domain = IntDomain{1, 3}};
  const Parameter lr{.name = "lr", .domain = FloatDomain{0.1, 1}};
  EXPECT_EQ(infeasible({a, lr}, {"a < lr"}),
            "no configuration meets 'a < lr': a is at least 2, lr at most 1 (mend the bounds, or "
            "remove the constraint)");
  EXPECT_EQ(infeasible({a, lr}, {"lr < a"}), "feasible");
  EXPECT_EQ(infeasible({a}, {"a < 2"}),
            "no configuration meets 'a < 2': a is at least 2 (mend the bounds, or remove the "
            "constraint)");
  EXPECT_EQ(infeasible({lr}, {"1 < lr"}),
            "no configuration meets '1 < lr': lr is at most 1 (mend the bounds, or remove the "
            "constraint)");
  EXPECT_EQ(infeasible({lr}, {"1 <= lr"}), "feasible");
  EXPECT_EQ(infeasible({a, b}, {"a < b"}), "feasible");
  EXPECT_EQ(infeasible({a, b}, {"a < b", "b < 3"}),
            "no configuration meets 'b < 3': b is at least 3 (mend the bounds, or remove the "
            "constraint)");
  EXPECT_EQ(
      infeasible({lr, {.name = "x", .domain = FloatDomain{0, 1}}}, {"lr < x", "x < lr"}),
      "no configuration meets 'lr < x' and 'x < lr' together (mend the bounds, or remove one of "
      "them)");
}

TEST(Feasible, AConditionalParameterNeedNotBeThere) {
  const Parameter opt{.name = "opt", .domain = CategoricalDomain{{"sgd", "adam"}, {}}};
  const Parameter a{.name = "a", .domain = IntDomain{2, 3}, .when = {{"opt", {"sgd"}}}};
  const Parameter b{.name = "b", .domain = IntDomain{2, 3}, .when = {{"opt", {"adam"}}}};
  EXPECT_EQ(infeasible({opt, a}, {"a < 2"}), "feasible");
  EXPECT_EQ(infeasible({opt, a, b}, {"a < 2", "b < 2"}),
            "no configuration meets the constraints (mend the bounds, or remove one)");
}

RC_GTEST_PROP(Feasible, AgreesWithTryingOut, ()) {
  Space space;
  for (const char* name : {"a", "b", "c"}) {
    const int low = *rc::gen::inRange(0, 6);
    const int high = *rc::gen::inRange(low, 8);
    const int step = *rc::gen::inRange(1, 4);
    RC_ASSERT(space.add({.name = name, .domain = IntDomain{low, high, Scale::kLinear, step}}).ok());
  }
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    const auto side = rc::gen::elementOf(std::vector<std::string>{"a", "b", "c"});
    RC_ASSERT(space.add(Constraint{*side, *side, *rc::gen::arbitrary<bool>()}).ok());
  }
  RC_ASSERT(check_feasible(space).ok() == !space.enumerate(1000)->empty());
}

TEST(Feasible, SumsThatCannotBeMetAreNamed) {
  const Parameter a{.name = "a", .domain = FloatDomain{0.5, 1}};
  const Parameter b{.name = "b", .domain = FloatDomain{0, 1}};
  const Parameter c{.name = "c", .domain = FloatDomain{0, 1}};
  EXPECT_EQ(infeasible({a, b}, {"2*a + b <= 0.9"}),
            "no configuration meets '2*a + b <= 0.9': a is at least 0.5, b at least 0 (mend the "
            "bounds, or remove the constraint)");
  EXPECT_EQ(infeasible({a, b}, {"a + b <= 0.5"}), "feasible");
  EXPECT_EQ(infeasible({a, b}, {"a + b < 0.5"}),
            "no configuration meets 'a + b < 0.5': a is at least 0.5, b at least 0 (mend the "
            "bounds, or remove the constraint)");
  // No single one of the first three is to blame, and bounds alone do not show it.
  EXPECT_EQ(
      infeasible({a, b, c}, {"a + b <= c + 0.6", "b + c <= 0.9", "2*b + a >= 1.8", "c <= 0.9"}),
      "no configuration meets 'a + b <= c + 0.6' and 'b + c <= 0.9' and '1.8 <= 2*b + a' "
      "together (mend the bounds, or remove one of them)");
  EXPECT_EQ(infeasible({b, c}, {"b + c <= 1", "1 <= b + c"}), "feasible");
  EXPECT_EQ(infeasible({b, c}, {"b + c <= 1", "1 < b + c"}),
            "no configuration meets 'b + c <= 1' and '1 < b + c' together (mend the bounds, or "
            "remove one of them)");
}

TEST(Feasible, WholeNumbersBetweenWhichNothingLiesAreLookedFor) {
  const Parameter n{.name = "n", .domain = IntDomain{0, 1000}};
  const Parameter m{.name = "m", .domain = IntDomain{0, 1000}};
  EXPECT_EQ(infeasible({n, m}, {"1 <= 2*n - 2*m <= 1"}),
            "of 1000 draws none could be brought to meet the constraints (mend the bounds, or "
            "remove one)");
}

RC_GTEST_PROP(Feasible, WhatHasAConfigurationIsNotRefused, ()) {
  RC_ASSERT(check_feasible(testing::any_constrained_space()).ok());
}

RC_GTEST_PROP(Feasible, OfSumsAgreesWithTryingOut, ()) {
  Space space;
  for (const char* name : {"a", "b", "c"}) {
    RC_ASSERT(space.add({.name = name, .domain = IntDomain{0, *rc::gen::inRange(0, 6)}}).ok());
  }
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
    const auto number = [] { return std::to_string(*rc::gen::inRange(-3, 4)); };
    const std::string left = number() + "*a + " + number() + "*b + " + number() + "*c";
    RC_ASSERT(space.add(Constraint{left, number(), *rc::gen::arbitrary<bool>()}).ok());
  }
  RC_ASSERT(check_feasible(space).ok() == !space.enumerate(1000)->empty());
}

TEST(Defaults, ThatBreakAConstraintAreNamed) {
  const Parameter a{.name = "a", .domain = FloatDomain{0, 1}, .default_value = 0.5};
  const Parameter b{.name = "b", .domain = FloatDomain{0, 1}, .default_value = 0.25};
  const Parameter c{.name = "c", .domain = FloatDomain{0, 1}};
  EXPECT_EQ(broken_default({a, b}, {"a < b"}),
            "the defaults of 'a' (0.5) and 'b' (0.25) break the constraint 'a < b' (change a "
            "default, or remove it)");
  EXPECT_EQ(broken_default({a}, {"a < 0.5"}),
            "the default of 'a' (0.5) breaks the constraint 'a < 0.5' (change a default, or remove "
            "it)");
  EXPECT_EQ(broken_default({a, b, c}, {"b < a", "a < c"}), "fine");
  EXPECT_EQ(broken_default({a, b, c}, {"a + b + c <= 0.7"}),
            "the defaults of 'a' (0.5) and 'b' (0.25) break the constraint 'a + b + c <= 0.7' "
            "(change a default, or remove it)");
}

}  // namespace
}  // namespace hpopt
