#include "hpopt/space.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "space/space_json.h"
#include "space/testing.h"

namespace hpopt {
namespace {

using testing::any_space;
using testing::any_unit;

Domain any_domain_now() { return *testing::any_domain(); }
Domain any_small_domain_now() { return testing::any_small_domain(4); }

std::vector<double> any_point(const Space& space) {
  std::vector<double> unit;
  for (std::size_t i = 0; i < space.parameters().size(); ++i) unit.push_back(*any_unit());
  return unit;
}

Space momentum_space() {
  Space space;
  EXPECT_TRUE(space.add({.name = "opt", .domain = CategoricalDomain{{"sgd", "adam"}, {}}}).ok());
  EXPECT_TRUE(
      space.add({.name = "momentum", .domain = FloatDomain{0, 0.99}, .when = {{"opt", {"sgd"}}}})
          .ok());
  return space;
}

Space ordered_space() {
  Space space;
  EXPECT_TRUE(space.add({.name = "a", .domain = FloatDomain{0, 1}}).ok());
  EXPECT_TRUE(space.add({.name = "b", .domain = FloatDomain{0, 1}}).ok());
  EXPECT_TRUE(space.add({.name = "c", .domain = FloatDomain{0, 1}}).ok());
  const Result<std::vector<Constraint>> constraints = parse_constraint("a < b <= c");
  for (const Constraint& constraint : *constraints) EXPECT_TRUE(space.add(constraint).ok());
  return space;
}

RC_GTEST_PROP(SpaceUnit, TheWayBackIsExactAndValid, ()) {
  const Space space = any_space(any_domain_now, true);
  const Configuration configuration = space.from_unit(any_point(space));
  RC_ASSERT(space.check(configuration).ok());
  const std::vector<double> unit = space.to_unit(configuration);
  for (std::size_t i = 0; i < unit.size(); ++i) {
    RC_ASSERT(std::isnan(unit[i]) == !configuration.has(space.parameters()[i].name));
  }
  RC_ASSERT(space.from_unit(unit) == configuration);
}

RC_GTEST_PROP(SpaceEnumerate, UnconditionalSpacesHaveTheProductOfTheirDomains, ()) {
  const Space space = any_space(any_small_domain_now, false);
  std::size_t product = 1;
  for (const Parameter& parameter : space.parameters()) product *= *cardinality(parameter.domain);
  const auto found = space.enumerate(product);
  RC_ASSERT(found.has_value());
  RC_ASSERT(found->size() == product);
  RC_ASSERT(!space.enumerate(product - 1).has_value());
}

RC_GTEST_PROP(SpaceEnumerate, IsValidWithoutDuplicatesAndHoldsEveryDraw, ()) {
  const Space space = any_space(any_small_domain_now, true);
  const auto found = space.enumerate(1024);
  RC_ASSERT(found.has_value());
  std::set<std::string> texts;
  for (const Configuration& configuration : *found) {
    RC_ASSERT(space.check(configuration).ok());
    RC_ASSERT(texts.insert(configuration.json()).second);
  }
  RC_ASSERT(texts.contains(space.from_unit(any_point(space)).json()));
}

RC_GTEST_PROP(SpaceJson, IsLossless, ()) {
  const Space space = any_space(any_domain_now, true);
  const Json json = to_json(space);
  RC_ASSERT(space_from_json(Json::parse(json.dump())).value() == space);
}

RC_GTEST_PROP(SpaceOrder, FeasibleDrawsSatisfyTheConstraintsBySortingOnly, ()) {
  const Space space = ordered_space();
  const std::vector<double> unit = any_point(space);
  const auto feasible = space.feasible_from_unit(unit);
  std::multiset<double> before;
  for (const auto& [name, value] : space.from_unit(unit)) before.insert(value.as_double());
  RC_PRE(std::set<double>(before.begin(), before.end()).size() == 3U);
  RC_ASSERT(feasible.has_value());
  RC_ASSERT(space.check(*feasible).ok());
  std::multiset<double> after;
  for (const auto& [name, value] : *feasible) after.insert(value.as_double());
  RC_ASSERT(before == after);
}

TEST(SpaceOrder, SidesMayBeNumbersAndInactiveSidesHold) {
  Space space = momentum_space();
  ASSERT_TRUE(space.add(Constraint{"momentum", "0.5", true}).ok());
  EXPECT_FALSE(space.satisfies_constraints({{"opt", "sgd"}, {"momentum", 0.7}}));
  EXPECT_TRUE(space.satisfies_constraints({{"opt", "sgd"}, {"momentum", 0.3}}));
  EXPECT_TRUE(space.satisfies_constraints({{"opt", "adam"}}));
  EXPECT_FALSE(space.feasible_from_unit(std::vector<double>{0.1, 0.9}).has_value());
  const auto moved = space.nearest_feasible(std::vector<double>{0.1, 0.9});
  ASSERT_TRUE(moved.has_value());
  EXPECT_LT(moved->get("momentum")->as_double(), 0.5);
  EXPECT_NEAR(moved->get("momentum")->as_double(), 0.5, 1e-9);
}

TEST(SpaceOrder, CircularConstraintsAreNeverFeasible) {
  Space space = ordered_space();
  ASSERT_TRUE(space.add(Constraint{"c", "a", true}).ok());
  EXPECT_FALSE(space.feasible_from_unit(std::vector<double>{0.1, 0.2, 0.3}).has_value());
}

TEST(SpaceOrder, EnumerationKeepsOnlyWhatIsFeasible) {
  Space space;
  for (const char* name : {"a", "b"}) {
    ASSERT_TRUE(space.add({.name = name, .domain = IntDomain{1, 4}}).ok());
  }
  ASSERT_TRUE(space.add(Constraint{"a", "b", true}).ok());
  EXPECT_EQ(space.enumerate(100)->size(), 6U);
}

TEST(SpaceOrder, ParsesChainsAndTurnsGreaterAround) {
  EXPECT_EQ(parse_constraint("lr_min < lr").value(),
            (std::vector<Constraint>{{"lr_min", "lr", true}}));
  EXPECT_EQ(parse_constraint("1<=a<=b").value(),
            (std::vector<Constraint>{{"1", "a", false}, {"a", "b", false}}));
  EXPECT_EQ(parse_constraint("a >= b").value(), (std::vector<Constraint>{{"b", "a", false}}));
  for (const char* text : {"", "a", "a <", "< b", "a == b", "a =< b", "a < < b", "a <> b"}) {
    EXPECT_EQ(parse_constraint(text).error().message(),
              "'" + std::string(text) +
                  "' is no constraint (write sums with <, <=, > or >= between them, such as lr_min "
                  "< lr or a + 2*b <= 512)");
  }
}

TEST(SpaceAdd, ErrorsNameTheParameterAndTheMend) {
  Space space = momentum_space();
  const auto message = [&](const Parameter& parameter) {
    return space.add(parameter).error().message();
  };
  EXPECT_EQ(message({.name = "opt", .domain = FloatDomain{}}),
            "the parameter 'opt' stands twice (remove or rename one of them)");
  EXPECT_EQ(message({.name = "x", .domain = FloatDomain{2, 1}}),
            "parameter 'x': the range is empty: 2 is above 1 (swap the bounds)");
  EXPECT_EQ(message({.name = "x", .domain = FloatDomain{}, .when = {{"otp", {"sgd"}}}}),
            "parameter 'x': the condition names 'otp', which is no parameter, did you mean 'opt'? "
            "(name a parameter of the study)");
  EXPECT_EQ(message({.name = "x", .domain = FloatDomain{}, .when = {{"opt", {"sdg"}}}}),
            "parameter 'x': 'opt' can never be sdg: 'sdg' is none of sgd, adam, did you mean "
            "'sgd'?");
  EXPECT_EQ(message({.name = "x", .domain = FloatDomain{0, 1}, .default_value = 2}),
            "parameter 'x': the default 2 is outside float(0, 1)");
  EXPECT_EQ(space.add(Constraint{"opt", "1", true}).error().message(),
            "the constraint needs a number, but 'opt' is choice(sgd, adam)");
  EXPECT_EQ(space.add(Constraint{"momentun", "1", true}).error().message(),
            "the constraint names 'momentun', which is no parameter, did you mean 'momentum'? "
            "(name a parameter of the study)");
  EXPECT_EQ(space.add(Constraint{"1", "2", true}).error().message(),
            "the constraint 1 < 2 names no parameter");
}

TEST(SpaceAdd, BringsDefaultsAndConditionsToTheDomainsKind) {
  Space space;
  ASSERT_TRUE(space.add({.name = "depth", .domain = IntDomain{1, 4}}).ok());
  ASSERT_TRUE(space
                  .add({.name = "x",
                        .domain = FloatDomain{0, 2},
                        .when = {{"depth", {"2"}}},
                        .default_value = 1})
                  .ok());
  EXPECT_EQ(space.parameters()[1].default_value, Value(1.0));
  EXPECT_EQ(space.parameters()[1].when[0].values[0], Value(2));
}

TEST(SpaceAdd, APriorIsAValueOfTheDomain) {
  const auto message = [](const Domain& domain, Belief belief) {
    Space space;
    const Status added = space.add({.name = "x", .domain = domain, .belief = std::move(belief)});
    return added ? space.parameters()[0].belief->at.text() : added.error().message();
  };
  EXPECT_EQ(message(IntDomain{16, 512, Scale::kLog, 8}, {65}), "64");
  EXPECT_EQ(message(FloatDomain{0, 1}, {"0.5", 0.1}), "0.5");
  EXPECT_EQ(message(FloatDomain{0, 1}, {2}), "parameter 'x': the prior 2 is outside float(0, 1)");
  EXPECT_EQ(message(CategoricalDomain{{"sgd", "adam"}, {}}, {"adm"}),
            "parameter 'x': the prior 'adm' is none of sgd, adam, did you mean 'adam'?");
  EXPECT_EQ(message(FloatDomain{0, 1}, {0.5, 0.0}),
            "parameter 'x': the spread 0 of the prior is not above 0 (leave it out for the "
            "default)");
  EXPECT_EQ(message(CategoricalDomain{{"sgd", "adam"}, {}}, {"adam", 1.0}),
            "parameter 'x': the spread 1 of the prior is not between 0 and 1 (leave it out for "
            "the default)");
}

TEST(SpaceCheck, SaysWhatIsWrongWithAConfiguration) {
  const Space space = momentum_space();
  const auto what = [&](const Configuration& c) { return space.check(c).error().what; };
  EXPECT_EQ(what({{"opt", "sgd"}}), "parameter 'momentum' has no value");
  EXPECT_EQ(what({{"opt", "adam"}, {"momentum", 0.5}}),
            "parameter 'momentum' has a value but is not active");
  EXPECT_EQ(what({{"opt", "rms"}}), "parameter 'opt': \"rms\" is not of choice(sgd, adam)");
  EXPECT_EQ(what({{"opt", "adam"}, {"lr", 1}}), "'lr' is no parameter");
  EXPECT_TRUE(space.check({{"opt", "adam"}}).ok());
}

TEST(SpaceDefaults, FillTheRestFromTheMiddleOfThePrior) {
  Space space;
  ASSERT_TRUE(space.add({.name = "lr", .domain = FloatDomain{1e-4, 1, Scale::kLog, 0}}).ok());
  EXPECT_FALSE(space.default_configuration().has_value());
  ASSERT_TRUE(space.add({.name = "n", .domain = IntDomain{1, 9}, .default_value = 3}).ok());
  EXPECT_EQ(space.default_configuration(), (Configuration{{"lr", 0.01}, {"n", 3}}));
  ASSERT_TRUE(space.add(Constraint{"n", "2", true}).ok());
  EXPECT_FALSE(space.default_configuration().has_value());
}

TEST(SpaceDefaults, WhatHasNoneMakesRoom) {
  Space space;
  ASSERT_TRUE(space.add({.name = "low", .domain = FloatDomain{0, 1}}).ok());
  ASSERT_TRUE(space.add({.name = "mid", .domain = FloatDomain{0, 1}, .default_value = 0.25}).ok());
  ASSERT_TRUE(space.add({.name = "high", .domain = FloatDomain{0, 0.5}}).ok());
  ASSERT_TRUE(space.add(Constraint{"low", "mid", true}).ok());
  ASSERT_TRUE(space.add(Constraint{"mid", "high", true}).ok());
  EXPECT_EQ(space.default_configuration(),
            (Configuration{{"low", 0.125}, {"mid", 0.25}, {"high", 0.375}}));
}

TEST(SpaceAdd, ADefaultOffTheGridIsAnErrorThatNamesTheNearest) {
  const auto message = [](const Domain& domain, const Value& value) {
    Space space;
    const Status added = space.add({.name = "w", .domain = domain, .default_value = value});
    return added ? std::string() : added.error().message();
  };
  EXPECT_EQ(
      message(IntDomain{16, 512, Scale::kLog, 8}, 65),
      "parameter 'w': the default 65 is no value of logint(16, 512; step=8) (write 64 or 72)");
  EXPECT_EQ(message(IntDomain{16, 60, Scale::kLinear, 8}, "60"),
            "parameter 'w': the default 60 is no value of int(16, 60; step=8) (write 56)");
  EXPECT_EQ(message(FloatDomain{0, 1, Scale::kLinear, 0.1}, 0.26),
            "parameter 'w': the default 0.26 is no value of float(0, 1; step=0.1) (write 0.2 or "
            "0.3)");
  EXPECT_EQ(message(FloatDomain{0, 1, Scale::kLinear, 0.1}, 0.1 + 0.2), "");
  EXPECT_EQ(message(NormalDomain{0, 1, false, 0.5}, 0.3),
            "parameter 'w': the default 0.3 is no value of normal(0, 1; step=0.5) (write 0.0 or "
            "0.5)");
  EXPECT_EQ(message(IntDomain{16, 512, Scale::kLinear, 8}, "64"), "");
  EXPECT_EQ(message(CategoricalDomain{{1, 2}, {}}, "2"), "");
}

TEST(SpaceEnumerate, ContinuousSpacesAreInfiniteUnlessInactive) {
  Space space = momentum_space();
  EXPECT_FALSE(space.enumerate(100).has_value());
  Space finite;
  ASSERT_TRUE(finite.add({.name = "opt", .domain = FixedDomain{"adam"}}).ok());
  EXPECT_EQ(finite.enumerate(1)->size(), 1U);
}

TEST(SpaceJson, UnreadableTextsAreErrors) {
  EXPECT_FALSE(space_from_json(Json::parse(R"({"parameters": []})")).ok());
  EXPECT_EQ(domain_from_json(Json::parse(R"({"type": "cauchy"})")).error().message(),
            "there is no domain of type 'cauchy' (a newer hpopt may have written it)");
}

}  // namespace
}  // namespace hpopt
