#include "space/linear.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "space/space_json.h"
#include "space/testing.h"

namespace hpopt {
namespace {

Space abc_space() {
  Space space;
  for (const char* name : {"a", "b", "c", "weight-decay", "model/lr.max"}) {
    EXPECT_TRUE(space.add({.name = name, .domain = FloatDomain{0, 1, Scale::kLinear, 0.1}}).ok());
  }
  return space;
}

/// "1*a -2*b < 3", with < or <=.
std::string read(const std::string& text) {
  const Space space = abc_space();
  const auto parsed = parse_constraint(text);
  if (!parsed) return parsed.error().message();
  const auto inequality = read_inequality(space, parsed->front());
  if (!inequality) return inequality.error().message();
  std::string sum;
  for (const auto& [parameter, coefficient] : inequality->terms) {
    sum += Value(coefficient).text() + "*" + space.parameters()[parameter].name + " ";
  }
  return sum + (inequality->strict ? "< " : "<= ") + Value(inequality->bound).text();
}

TEST(Linear, ReadsSumsOfBothSides) {
  EXPECT_EQ(read("a < b"), "1.0*a -1.0*b < 0.0");
  EXPECT_EQ(read("2*a + b <= 3*c + 1"), "2.0*a 1.0*b -3.0*c <= 1.0");
  EXPECT_EQ(read("a*2-b/4 >= -(c - 1e-1)"), "-1.0*c -2.0*a 0.25*b <= -0.1");
  EXPECT_EQ(read("a + a + 1 < a + b"), "1.0*a -1.0*b < -1.0");
  EXPECT_EQ(read("a < a"), "0.0*a < 0.0");
  EXPECT_EQ(read("3*(a + 2*(b - 1))/2 < 2"), "1.5*a 3.0*b < 5.0");
  EXPECT_EQ(read("- - a < +.5"), "1.0*a < 0.5");
}

TEST(Linear, NamesMayHoldWhatLooksLikeAnOperator) {
  EXPECT_EQ(read("weight-decay < a"), "1.0*weight-decay -1.0*a < 0.0");
  EXPECT_EQ(read("a-b < 1"), "1.0*a -1.0*b < 1.0");
  EXPECT_EQ(read("a-1 < weight-decay-b/2"), "1.0*a -1.0*weight-decay 0.5*b < 1.0");
  EXPECT_EQ(read("2*model/lr.max/4 < 1"), "0.5*model/lr.max < 1.0");
  Space odd;
  ASSERT_TRUE(odd.add({.name = "a + b", .domain = FloatDomain{}}).ok());
  EXPECT_TRUE(odd.add(Constraint{"a + b", "1"}).ok());
}

TEST(Linear, ErrorsSayWhatCannotBeRead) {
  const std::string mend = " (write sums of parameters and numbers, such as 2*a + b)";
  EXPECT_EQ(read("a * b < 1"),
            "'a * b' is not linear: it multiplies a parameter by a parameter" + mend);
  EXPECT_EQ(read("1 / a < 1"), "'1 / a' is not linear: it divides by a parameter" + mend);
  EXPECT_EQ(read("a / (1 - 1) < 1"), "'a / (1 - 1)' divides by 0");
  EXPECT_EQ(read("a + < 1"), "'a +' ends too early" + mend);
  EXPECT_EQ(read("(a < 1"), "'(a' ends too early" + mend);
  EXPECT_EQ(read("2a < 1"), "'2a' cannot be read from 'a' on" + mend);
  EXPECT_EQ(read("a % 2 < 1"), "'a % 2' cannot be read from '% 2' on" + mend);
  EXPECT_EQ(read("weight-dacay < 1"),
            "the constraint names 'weight-dacay', which is no parameter, did you mean "
            "'weight-decay'? (name a parameter of the study)");
  EXPECT_EQ(read("1e308*a + 1e308*a < 1"),
            "the numbers of the constraint 1e308*a + 1e308*a < 1 are too large");
  EXPECT_NE(read(std::string(10'000, '(') + "a < 1").find("nested too deeply"), std::string::npos);
}

TEST(Linear, RoundingErrorsDoNotCount) {
  Space space = abc_space();
  ASSERT_TRUE(space.add(Constraint{"a + b", "0.3", false}).ok());
  EXPECT_TRUE(space.satisfies_constraints({{"a", 0.1}, {"b", 0.2}}));
  EXPECT_FALSE(space.satisfies_constraints({{"a", 0.2}, {"b", 0.2}}));
  ASSERT_TRUE(space.add(Constraint{"3*a", "b", true}).ok());
  EXPECT_FALSE(space.satisfies_constraints({{"a", 0.1}, {"b", 0.3}}));
}

TEST(Linear, AConstraintHoldsWhereAParameterIsNotThere) {
  Space space = abc_space();
  ASSERT_TRUE(space.add(Constraint{"a + b", "0.3", false}).ok());
  EXPECT_TRUE(space.satisfies_constraints({{"a", 0.9}}));
}

// As it stands in journals since the first version.
TEST(Linear, ConstraintsAreStoredAsTheyAreWritten) {
  Space space = abc_space();
  ASSERT_TRUE(space.add(Constraint{"1e-3", "a", true}).ok());
  ASSERT_TRUE(space.add(Constraint{"2*a + b", "c", false}).ok());
  const Json stored = to_json(space).at("constraints");
  EXPECT_EQ(stored, Json::parse(R"([{"left": "1e-3", "right": "a", "strict": true},
                                    {"left": "2*a + b", "right": "c", "strict": false}])"));
  EXPECT_EQ(space_from_json(to_json(space)).value(), space);
  EXPECT_EQ(describe(space.constraints()[0]), "1e-3 < a");
}

RC_GTEST_PROP(Linear, WhatBreaksAConstraintIsMoved, ()) {
  const Space space = testing::any_constrained_space();
  std::vector<double> unit;
  for (std::size_t i = 0; i < space.parameters().size(); ++i) unit.push_back(*testing::any_unit());
  const Configuration drawn = space.from_unit(unit);
  const auto nearest = space.nearest_feasible(unit);
  if (nearest) RC_ASSERT(space.check(*nearest).ok());
  if (space.satisfies_constraints(drawn)) RC_ASSERT(nearest == drawn);
  RC_CLASSIFY(!nearest.has_value());
  RC_CLASSIFY(nearest == drawn);
}

TEST(Linear, AMoveIsNoLongerThanItMustBe) {
  Space space;
  for (const char* name : {"units1", "units2"}) {
    ASSERT_TRUE(space.add({.name = name, .domain = IntDomain{0, 512, Scale::kLinear, 32}}).ok());
  }
  ASSERT_TRUE(space.add({.name = "other", .domain = FloatDomain{0, 1}}).ok());
  ASSERT_TRUE(space.add(Constraint{"units1 + units2", "512", false}).ok());
  const auto moved =
      space.nearest_feasible(space.to_unit({{"units1", 480}, {"units2", 416}, {"other", 0.25}}));
  ASSERT_TRUE(moved.has_value());
  EXPECT_EQ(*moved, (Configuration{{"other", 0.25}, {"units1", 288}, {"units2", 224}}));
}

}  // namespace
}  // namespace hpopt
