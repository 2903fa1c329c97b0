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
  EXPECT_EQ(infeasible({lr, {.name = "x", .domain = FloatDomain{0, 1}}}, {"lr < x", "x < lr"}),
            "no configuration meets the constraints: they go in a circle (remove one of them)");
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
}

}  // namespace
}  // namespace hpopt
