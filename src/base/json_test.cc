#include "base/json.h"

#include <limits>

#include <gtest/gtest.h>

namespace hpopt {
namespace {

TEST(JsonValues, ArraysAndObjectsBecomeCanonicalText) {
  const Json json = parse_json(R"({"b": [1, 2.0], "a": null})", "").value();
  EXPECT_EQ(value_from_json(json), Value(JsonText{R"({"a":null,"b":[1,2.0]})"}));
  EXPECT_EQ(to_json(value_from_json(json)).dump(), R"({"a":null,"b":[1,2.0]})");
}

TEST(JsonValues, KeepTheirKind) {
  EXPECT_TRUE(value_from_json(Json::parse("1")).is_int());
  EXPECT_FALSE(value_from_json(Json::parse("1.0")).is_int());
  EXPECT_EQ(value_from_json(Json::parse("18446744073709551615")), Value(18446744073709551615.0));
}

TEST(JsonValues, ConfigurationGoesThereAndBack) {
  const Configuration configuration{{"lr", 1.0}, {"opt", "sgd"}, {"n", 3}, {"x", Value()}};
  const Result<Configuration> back = configuration_from_json(to_json(configuration));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, configuration);
  EXPECT_EQ(configuration_from_json(Json::array()).error().message(),
            "a configuration must be a JSON object (write it as {\"name\": value})");
}

TEST(JsonText, ParseErrorsNameThePlace) {
  const Result<Json> parsed = parse_json("{\"a\": }", "params.json");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().where, "params.json");
  EXPECT_NE(parsed.error().what.find("line 1, column 7"), std::string::npos);
  EXPECT_EQ(parsed.error().what.find("json.exception"), std::string::npos) << parsed.error().what;
}

TEST(JsonText, NumbersThatJsonLacksBecomeNull) {
  EXPECT_TRUE(json_number(std::numeric_limits<double>::quiet_NaN()).is_null());
  EXPECT_EQ(json_number(0.5).dump(), "0.5");
}

TEST(JsonText, StringsOfForeignBytesStayValid) {
  EXPECT_EQ(json_string("a\xff"), "\"a\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace hpopt
