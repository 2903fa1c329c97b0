#include "spec/carry_over.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "space/testing.h"

namespace hpopt {
namespace {

using ::testing::HasSubstr;

StudySpec with(std::vector<Parameter> parameters, std::vector<std::string> command = {"train"}) {
  StudySpec spec;
  spec.name = "s";
  spec.command = std::move(command);
  for (Parameter& parameter : parameters) {
    EXPECT_TRUE(spec.space.add(std::move(parameter)).ok());
  }
  return spec;
}

Parameter width(std::int64_t low, std::int64_t high, std::int64_t step = 1) {
  return {.name = "width", .domain = IntDomain{low, high, Scale::kLinear, step}};
}
Parameter choice(const char* name, std::vector<Value> values) {
  return {.name = name, .domain = CategoricalDomain{std::move(values), {}}};
}

/// What a configuration of the one reads in the other, as JSON, or why it doesn't.
std::string read(const StudySpec& before, const StudySpec& after, const Configuration& old) {
  const auto now = CarryOver(before, after).read(old);
  return now ? now->json() : now.error().what;
}

TEST(CarryOver, KeepsWhatLiesInAWiderOrNarrowerRange) {
  const StudySpec narrow = with({width(16, 512)});
  const StudySpec wide = with({width(8, 1024)});
  EXPECT_EQ(read(narrow, wide, {{"width", 512}}), R"({"width":512})");
  EXPECT_EQ(read(wide, narrow, {{"width", 512}}), R"({"width":512})");
  EXPECT_EQ(read(wide, narrow, {{"width", 600}}), "width 600 is outside int(16, 512)");
}

TEST(CarryOver, TakesTheNearerOfTwoSteps) {
  const StudySpec fine = with({width(0, 100)});
  const StudySpec coarse = with({width(0, 100, 20)});
  EXPECT_EQ(read(fine, coarse, {{"width", 33}}), R"({"width":40})");
  EXPECT_EQ(read(coarse, fine, {{"width", 40}}), R"({"width":40})");
}

TEST(CarryOver, ReadsAnotherScaleOrKind) {
  const StudySpec linear = with({{.name = "x", .domain = FloatDomain{0, 10}}});
  const StudySpec log = with({{.name = "x", .domain = FloatDomain{0.1, 10, Scale::kLog}}});
  const StudySpec whole = with({{.name = "x", .domain = IntDomain{0, 10}}});
  EXPECT_EQ(read(linear, log, {{"x", 5.0}}), R"({"x":5.0})");
  EXPECT_THAT(read(linear, log, {{"x", 0.0}}), HasSubstr("x 0.0 is outside"));
  EXPECT_EQ(read(linear, whole, {{"x", 5.0}}), R"({"x":5})");
  EXPECT_THAT(read(linear, whole, {{"x", 5.5}}), HasSubstr("not a whole number"));
  EXPECT_EQ(read(whole, linear, {{"x", 5}}), R"({"x":5.0})");
}

TEST(CarryOver, KnowsChoicesThatCameAndWent) {
  const StudySpec two = with({choice("opt", {"sgd", "adam"})});
  const StudySpec other = with({choice("opt", {"adam", "lion"})});
  EXPECT_EQ(read(two, other, {{"opt", "adam"}}), R"({"opt":"adam"})");
  EXPECT_EQ(read(two, other, {{"opt", "sgd"}}), "opt 'sgd' is none of adam, lion");
}

TEST(CarryOver, ANewParameterHadItsConstantOrItsDefault) {
  const StudySpec before = with({width(1, 9)}, {"train", "--batch-size", "32"});
  const StudySpec constant =
      with({width(1, 9), {.name = "batch_size", .domain = IntDomain{8, 64}, .default_value = 16}});
  EXPECT_EQ(read(before, constant, {{"width", 2}}), R"({"batch_size":32,"width":2})");
  const StudySpec fallback =
      with({width(1, 9), {.name = "decay", .domain = FloatDomain{0, 1}, .default_value = 0.5}});
  EXPECT_EQ(read(before, fallback, {{"width", 2}}), R"({"decay":0.5,"width":2})");
  const StudySpec unknown = with({width(1, 9), {.name = "decay", .domain = FloatDomain{0, 1}}});
  EXPECT_EQ(read(before, unknown, {{"width", 2}}), "decay is new, and no default says what it was");
}

TEST(CarryOver, AParameterThatIsGoneIsProjectedAway) {
  const StudySpec before = with({width(1, 9), choice("opt", {"sgd", "adam"})});
  EXPECT_EQ(read(before, with({width(1, 9)}), {{"width", 2}, {"opt", "sgd"}}), R"({"width":2})");
  const StudySpec always = with({width(1, 9)}, {"train", "--opt", "adam"});
  EXPECT_EQ(read(before, always, {{"width", 2}, {"opt", "adam"}}), R"({"width":2})");
  EXPECT_EQ(read(before, always, {{"width", 2}, {"opt", "sgd"}}),
            "opt was sgd and is always adam now");
}

TEST(CarryOver, FollowsAParameterToItsNewName) {
  const StudySpec before = with({{.name = "lr", .domain = FloatDomain{0, 1}}});
  StudySpec after = with({{.name = "rate", .domain = FloatDomain{0, 1}}});
  EXPECT_EQ(read(before, after, {{"lr", 0.5}}), "rate is new, and no default says what it was");
  after.renamed = {{"lr", "rate"}};
  EXPECT_EQ(read(before, after, {{"lr", 0.5}}), R"({"rate":0.5})");
  // The hint stays in the file when the next study has the new name already.
  EXPECT_EQ(read(after, after, {{"rate", 0.5}}), R"({"rate":0.5})");
}

TEST(CarryOver, MindsConditions) {
  const Parameter momentum{
      .name = "momentum", .domain = FloatDomain{0, 1}, .when = {{"opt", {"sgd"}}}};
  Parameter always = momentum;
  always.when.clear();
  const StudySpec conditional = with({choice("opt", {"sgd", "adam"}), momentum});
  const StudySpec plain = with({choice("opt", {"sgd", "adam"}), always});
  EXPECT_EQ(read(plain, conditional, {{"opt", "adam"}, {"momentum", 0.5}}), R"({"opt":"adam"})");
  EXPECT_EQ(read(conditional, plain, {{"opt", "adam"}}),
            "momentum was not active, and has no default");
  EXPECT_EQ(read(conditional, plain, {{"opt", "sgd"}, {"momentum", 0.5}}),
            R"({"momentum":0.5,"opt":"sgd"})");
}

TEST(CarryOver, MindsConstraints) {
  const std::vector<Parameter> both{{.name = "a", .domain = FloatDomain{0, 1}},
                                    {.name = "b", .domain = FloatDomain{0, 1}}};
  StudySpec ordered = with(both);
  ASSERT_TRUE(ordered.space.add(Constraint{"a", "b", true}).ok());
  EXPECT_THAT(read(with(both), ordered, {{"a", 0.5}, {"b", 0.1}}), HasSubstr("a < b"));
}

std::string incomparable(const StudySpec& before, const StudySpec& after) {
  return CarryOver(before, after).incomparable();
}

TEST(CarryOver, ScoresOfAnotherCommandAreIncomparable) {
  const StudySpec before = with({width(1, 9)}, {"train", "--width=${width}", "--data", "a"});
  StudySpec after = before;
  after.command = {"train", "--width=${width}", "--data", "b"};
  EXPECT_EQ(incomparable(before, after), "the command has changed");
  // What varies, or varied, is no other command; nor is the length of a training.
  after = with({width(1, 9), {.name = "lr", .domain = FloatDomain{0, 1}}},
               {"train", "--width", "${width}", "--lr=${lr}", "--data", "a"});
  EXPECT_EQ(incomparable(before, after), "");
  EXPECT_EQ(incomparable(after, before), "");
  after.command.insert(after.command.end(), {"--epochs", "50"});
  EXPECT_EQ(incomparable(before, after), "");
  EXPECT_TRUE(CarryOver(before, after).same_length());
  StudySpec longer = after;
  longer.command.back() = "90";
  EXPECT_EQ(incomparable(after, longer), "");
  EXPECT_FALSE(CarryOver(after, longer).same_length());
}

TEST(CarryOver, WhatHadNoCommandIsComparable) {
  const StudySpec imported = with({width(1, 9)}, {});
  const StudySpec command = with({width(1, 9)}, {"train", "--width=${width}"});
  EXPECT_EQ(incomparable(imported, command), "");
  EXPECT_EQ(incomparable(command, imported), "the command has changed");
}

TEST(CarryOver, ScoresOfAnotherConstantAreIncomparable) {
  const StudySpec before = with({width(1, 9), {.name = "data", .domain = FixedDomain{"a"}}});
  const StudySpec after = with({width(1, 9), {.name = "data", .domain = FixedDomain{"b"}}});
  EXPECT_EQ(incomparable(before, after), "data is b now, not a");
  EXPECT_EQ(read(before, after, {{"width", 2}, {"data", "a"}}), R"({"data":"b","width":2})");
}

TEST(CarryOver, AFixedParameterMayBeTheLengthOfATraining) {
  const StudySpec before = with({width(1, 9), {.name = "epochs", .domain = FixedDomain{5}}});
  const StudySpec after = with({width(1, 9), {.name = "epochs", .domain = FixedDomain{9}}});
  EXPECT_EQ(incomparable(before, after), "");
  EXPECT_FALSE(CarryOver(before, after).same_length());
}

RC_GTEST_PROP(CarryOver, WhatIsReadIsOfTheNewSpace, ()) {
  StudySpec from;
  StudySpec into;
  from.space = testing::any_space([] { return *testing::any_domain(); }, true);
  into.space = testing::any_space([] { return *testing::any_domain(); }, true);
  std::vector<double> unit;
  for (std::size_t i = 0; i < from.space.parameters().size(); ++i) {
    unit.push_back(*testing::any_unit());
  }
  const Configuration old = from.space.from_unit(unit);
  const auto now = CarryOver(from, into).read(old);
  if (now) RC_ASSERT(into.space.check(*now).ok());
  const auto same = CarryOver(from, from).read(old);
  RC_ASSERT(same.ok());
  RC_ASSERT(*same == old);
}

}  // namespace
}  // namespace hpopt
