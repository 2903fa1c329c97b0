// The small parts that readers share: JSON of Python, times, the space of what was tried.
#include <cmath>

#include <gtest/gtest.h>

#include "interop/import_json.h"
#include "interop/import_reader.h"
#include "interop/import_space.h"
#include "interop/import_time.h"

namespace hpopt {
namespace {

TEST(PythonJson, ReadsWhatNoStandardHas) {
  const Json json =
      parse_python_json(R"({"a": NaN, "b": [Infinity, -Infinity, -1], "NaN": "NaN \" Infinity"})",
                        "f")
          .value();
  EXPECT_TRUE(std::isnan(*number_in(json["a"])));
  EXPECT_EQ(number_in(json["b"][0]), INFINITY);
  EXPECT_EQ(number_in(json["b"][1]), -INFINITY);
  EXPECT_EQ(number_in(json["b"][2]), -1);
  EXPECT_EQ(json["NaN"], "NaN \" Infinity");
  EXPECT_FALSE(number_in(json["NaN"]));
  EXPECT_FALSE(parse_python_json("{\"a\": Nan}", "f"));
  EXPECT_FALSE(parse_python_json("{\"a\": \"NaN", "f"));
}

TEST(Times, AreReadWithAndWithoutAZone) {
  EXPECT_EQ(utc_ms_of("2026-01-01 00:00:00.123456", Zoneless::kUtc), 1'767'225'600'123);
  EXPECT_EQ(utc_ms_of("2026-01-01T01:00:00.5+01:00", Zoneless::kLocal), 1'767'225'600'500);
  EXPECT_EQ(utc_ms_of("2025-12-31T18:30:00-0530", Zoneless::kLocal), 1'767'225'600'000);
  EXPECT_EQ(utc_ms_of("2026-01-01T00:00:00Z", Zoneless::kLocal), 1'767'225'600'000);
  EXPECT_EQ(utc_ms_of("", Zoneless::kUtc), 0);
  EXPECT_EQ(utc_ms_of("yesterday", Zoneless::kUtc), 0);
  EXPECT_EQ(utc_ms_of("2026-01-01 00:00:00 noon", Zoneless::kUtc), 0);
}

TEST(MetricWish, HasANameAndPerhapsAGoal) {
  EXPECT_EQ(parse_metric_wish("loss:min").name, "loss");
  EXPECT_EQ(parse_metric_wish("loss:min").maximize, false);
  EXPECT_EQ(parse_metric_wish("val:acc").name, "val:acc");
  EXPECT_FALSE(parse_metric_wish("val:acc").maximize);
}

Domain built(const SpaceBuilder& builder, const char* name) {
  return builder.build().value().find(name)->domain;
}

TEST(SpaceBuilder, RangesThatDifferAreCovered) {
  SpaceBuilder builder;
  EXPECT_TRUE(builder.declare("lr", FloatDomain{0.1, 1, Scale::kLog, 0}).ok());
  EXPECT_TRUE(builder.declare("lr", FloatDomain{0.01, 0.5, Scale::kLog, 0}).ok());
  EXPECT_TRUE(builder.declare("width", IntDomain{16, 64, Scale::kLinear, 8}).ok());
  EXPECT_TRUE(builder.declare("width", IntDomain{8, 32, Scale::kLinear, 8}).ok());
  EXPECT_TRUE(builder.declare("depth", IntDomain{1, 9, Scale::kLinear, 2}).ok());
  EXPECT_TRUE(builder.declare("depth", IntDomain{2, 8, Scale::kLinear, 2}).ok());
  EXPECT_EQ(built(builder, "lr"), Domain(FloatDomain{0.01, 1, Scale::kLog, 0}));
  EXPECT_EQ(built(builder, "width"), Domain(IntDomain{8, 64, Scale::kLinear, 8}));
  EXPECT_EQ(built(builder, "depth"), Domain(IntDomain{1, 9, Scale::kLinear, 1}));
}

TEST(SpaceBuilder, AValueOutsideWidensTheRange) {
  SpaceBuilder builder;
  EXPECT_TRUE(builder.declare("p", FloatDomain{0, 0.5, Scale::kLinear, 0.1}).ok());
  EXPECT_TRUE(builder.declare("q", FloatDomain{0, 0.5, Scale::kLinear, 0.1}).ok());
  EXPECT_TRUE(builder.declare("opt", CategoricalDomain{{"sgd"}, {}}).ok());
  builder.include("p", 0.7);
  builder.include("q", 0.25);
  builder.include("opt", "adam");
  EXPECT_EQ(built(builder, "p"), Domain(FloatDomain{0, 0.7, Scale::kLinear, 0.1}));
  EXPECT_EQ(built(builder, "q"), Domain(FloatDomain{0, 0.5, Scale::kLinear, 0}));
  EXPECT_EQ(built(builder, "opt"), Domain(CategoricalDomain{{"sgd", "adam"}, {}}));
}

TEST(SpaceBuilder, WhatNobodyDeclaredIsInferred) {
  SpaceBuilder builder;
  for (const int width : {64, 16, 32}) builder.include("width", width);
  builder.include("lr", 1e-5);
  builder.include("lr", 1);
  builder.include("mixed", "a");
  builder.include("mixed", 1);
  EXPECT_EQ(built(builder, "width"), Domain(IntDomain{16, 64, Scale::kLinear, 1}));
  EXPECT_EQ(built(builder, "lr"), Domain(FloatDomain{1e-5, 1, Scale::kLog, 0}));
  EXPECT_EQ(built(builder, "mixed"), Domain(CategoricalDomain{{1, "a"}, {}}));
}

TEST(SpaceBuilder, TwoKindsUnderOneNameAreRefused) {
  SpaceBuilder builder;
  EXPECT_TRUE(builder.declare("x", FloatDomain{0, 1}).ok());
  const Status other = builder.declare("x", CategoricalDomain{{"a"}, {}});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().what,
            "parameter 'x' is float(0, 1) in one trial and choice(a) in another");
  builder.include("x", "text");
  EXPECT_EQ(builder.build().error().what, "parameter 'x' is float(0, 1), and a trial has \"text\"");
}

TEST(BringInto, MakesValuesThoseOfTheSpace) {
  Space space;
  ASSERT_TRUE(space.add({.name = "p", .domain = FloatDomain{0, 1, Scale::kLinear, 0.1}}).ok());
  std::vector<ImportedTrial> trials(1);
  trials[0].configuration.set("p", 0.30000000000000004);
  ASSERT_TRUE(bring_into(space, trials).ok());
  EXPECT_TRUE(space.check(trials[0].configuration).ok());
  EXPECT_DOUBLE_EQ(trials[0].configuration.get("p")->as_double(), 0.3);
}

}  // namespace
}  // namespace hpopt
