#include "hpopt/value.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/json.h"

namespace hpopt {
namespace {

TEST(Value, TellsIntegersFromReals) {
  EXPECT_NE(Value(1), Value(1.0));
  EXPECT_EQ(Value(1), Value(std::int64_t{1}));
  EXPECT_EQ(Value(1).as_double(), 1.0);
}

TEST(Value, TextIsBareForStringsAndJsonOtherwise) {
  EXPECT_EQ(Value("adam").text(), "adam");
  EXPECT_EQ(Value(64).text(), "64");
  EXPECT_EQ(Value(1.0).text(), "1.0");
  EXPECT_EQ(Value(1e-5).text(), "1e-05");
  EXPECT_EQ(Value(true).text(), "true");
  EXPECT_EQ(Value().text(), "null");
  EXPECT_EQ(Value(JsonText{"[1,2]"}).text(), "[1,2]");
}

TEST(Value, JsonQuotesStringsAndHasNoNaN) {
  EXPECT_EQ(Value("a\"b\n").json(), R"("a\"b\n")");
  EXPECT_EQ(Value(std::nan("")).json(), "null");
  EXPECT_EQ(Value(std::numeric_limits<double>::infinity()).json(), "null");
  EXPECT_EQ(Value(std::numeric_limits<double>::infinity()).text(), "inf");
}

TEST(Value, OrderIsByKindThenValueWithNaNLast) {
  std::vector<Value> values{"b", std::nan(""), 2.0, 7, true, Value(), 1.0, "a", 3};
  std::sort(values.begin(), values.end());
  EXPECT_TRUE(values[0].is_null());
  EXPECT_EQ(values[1], Value(true));
  EXPECT_EQ(values[2], Value(3));
  EXPECT_EQ(values[3], Value(7));
  EXPECT_EQ(values[4], Value(1.0));
  EXPECT_EQ(values[5], Value(2.0));
  EXPECT_TRUE(std::isnan(values[6].as_double()));
  EXPECT_EQ(values[7], Value("a"));
}

RC_GTEST_PROP(Value, RealsReadBackExactly, (double real)) {
  RC_PRE(std::isfinite(real));
  const Result<Json> parsed = parse_json(Value(real).json(), "");
  RC_ASSERT(parsed.ok());
  RC_ASSERT(value_from_json(*parsed) == Value(real));
}

RC_GTEST_PROP(Value, TextAndIntegersReadBackExactly, (std::int64_t whole)) {
  RC_ASSERT(value_from_json(parse_json(Value(whole).json(), "").value()) == Value(whole));
}

TEST(Configuration, IsSortedByNameWhateverTheOrderOfSetting) {
  Configuration configuration{{"width", 64}, {"lr", 0.5}};
  configuration.set("opt", "adam");
  configuration.set("lr", 0.25);
  EXPECT_EQ(configuration.json(), R"({"lr":0.25,"opt":"adam","width":64})");
  EXPECT_EQ(configuration, (Configuration{{"lr", 0.25}, {"opt", "adam"}, {"width", 64}}));
}

TEST(Configuration, GetsAndErasesByName) {
  Configuration configuration{{"a", 1}, {"c", 3}};
  EXPECT_EQ(configuration.get("b"), nullptr);
  EXPECT_EQ(*configuration.get("c"), Value(3));
  configuration.erase("b");
  configuration.erase("a");
  EXPECT_FALSE(configuration.has("a"));
  EXPECT_EQ(configuration.size(), 1U);
}

TEST(ErrorMessage, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(invalid("wrong").message(), "wrong");
  EXPECT_EQ(invalid("wrong", "do this", "file:1:2").message(), "file:1:2: wrong (do this)");
}

TEST(ResultValue, ThrowsTheErrorItHolds) {
  const Result<int> failed = invalid("wrong");
  EXPECT_THROW(static_cast<void>(failed.value()), Exception);
  EXPECT_EQ(Result<int>(3).value(), 3);
  EXPECT_EQ(Result<int>(invalid("wrong")).value_or(7), 7);
}

}  // namespace
}  // namespace hpopt
