#include <gtest/gtest.h>

#include "base/json.h"
#include "study/configuration_key.h"
#include "study/configuration_text.h"

namespace hpopt {
namespace {

Configuration read_back(const Configuration& configuration) {
  return configuration_from_text(configuration.json()).value();
}

TEST(ConfigurationText, ReadsBackWhatWasWritten) {
  const Configuration plain = {
      {"lr", 1e-05}, {"width", 64},     {"opt", "adam"},   {"nesterov", true},  {"seed", INT64_MIN},
      {"drop", 0.1}, {"big", 1.7e308},  {"tiny", 5e-324},  {"whole", 3.0},      {"negative", -0.25},
      {"empty", ""}, {"none", Value()}, {"utf8", "größe"}, {"minus zero", -0.0}};
  EXPECT_EQ(read_back(plain), plain);
  EXPECT_EQ(read_back({}), Configuration());
}

TEST(ConfigurationText, LeavesEscapesAndNestingToTheLibrary) {
  const Configuration odd = {{"quoted \"name\"", "line\nbreak \\ \x01"},
                             {"layers", JsonText{"[32,64]"}},
                             {"nested", JsonText{"{\"a\":1}"}}};
  EXPECT_EQ(read_back(odd), odd);
  EXPECT_EQ(configuration_from_text(" { \"a\" : [1, 2] } ").value(),
            (Configuration{{"a", JsonText{"[1,2]"}}}));
}

TEST(ConfigurationText, RefusesWhatIsNoObject) {
  for (const char* text :
       {"", "{", "[]", "{\"a\":}", "{\"a\":1", "{\"a\":1}x", "{\"a\":1e}", "{a:1}", "{\"a\":1,}"}) {
    EXPECT_FALSE(configuration_from_text(text).ok()) << text;
  }
}

TEST(ConfigurationKey, IsTheSameInEveryVersion) {
  EXPECT_EQ(configuration_key({}), 0xf52a15e9a9b5e89bU);
  EXPECT_EQ(configuration_key({{"lr", 0.1}, {"width", 64}, {"opt", "adam"}}), 0xf40b0854a1cd0d9dU);
}

TEST(ConfigurationKey, TellsKindsNamesAndValuesApart) {
  const Configuration all[] = {{},
                               {{"a", 1}},
                               {{"a", 1.0}},
                               {{"a", "1"}},
                               {{"a", true}},
                               {{"a", Value()}},
                               {{"b", 1}},
                               {{"a", 2}},
                               {{"a", 1}, {"b", 1}},
                               {{"a", JsonText{"1"}}},
                               {{"ab", "c"}},
                               {{"a", "bc"}}};
  for (const Configuration& one : all) {
    for (const Configuration& other : all) {
      EXPECT_EQ(configuration_key(one) == configuration_key(other), one == other)
          << one.json() << " " << other.json();
    }
  }
  EXPECT_EQ(configuration_key({{"a", 0.0}}), configuration_key({{"a", -0.0}}));
}

}  // namespace
}  // namespace hpopt
