#include "exec/regex.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace hpopt {
namespace {

std::optional<std::string> group_in(const std::string& pattern, const std::string& line) {
  const Regex regex = Regex::compile(pattern).value();
  const auto group = regex.find_group(line);
  return group ? std::optional(std::string(*group)) : std::nullopt;
}

TEST(Regex, FindsTheFirstGroupOfTheFirstMatch) {
  EXPECT_EQ(group_in(R"(acc (\d+))", "acc 12, acc 13"), "12");
  EXPECT_EQ(group_in(R"(acc (?<value>\d+)(?: of (\d+))?)", "acc 12"), "12");
  EXPECT_EQ(group_in(R"((?i)ACC=([\d.]+)$)", "epoch 3 acc=0.91"), "0.91");
  EXPECT_EQ(group_in("acc ()", "acc "), "");
}

TEST(Regex, FindsNothing) {
  EXPECT_EQ(group_in(R"(acc (\d+))", "loss 12"), std::nullopt);
  EXPECT_EQ(group_in(R"(acc (\d+))", ""), std::nullopt);
  EXPECT_EQ(group_in(R"(acc|loss (\d+))", "acc 12"), std::nullopt) << "the group took no part";
}

TEST(Regex, CountsItsGroups) {
  EXPECT_EQ(Regex::compile("acc").value().groups(), 0);
  EXPECT_EQ(Regex::compile("(?:a)(b)(c)").value().groups(), 2);
}

TEST(Regex, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(Regex::compile("acc (").error().what, "missing closing parenthesis at offset 5");
  EXPECT_FALSE(Regex::compile("[a"));
  EXPECT_FALSE(Regex::compile("\xff"));
  EXPECT_FALSE(Regex::compile(R"(\C)")) << "it would tear a character apart";
  EXPECT_FALSE(Regex::compile("((((a{1000}){1000}){1000}){1000})")) << "too large";
}

TEST(Regex, TakesAnyBytes) {
  EXPECT_EQ(group_in("é=(.)", "\xff\xc3 é=ü"), "ü");
  EXPECT_EQ(group_in("a(.) b", "a\xff b"), std::nullopt);
  EXPECT_EQ(group_in(R"(x(\d))", std::string("\0x1", 3)), "1");
}

TEST(Regex, GivesUpWhatWouldTakeForEver) {
  EXPECT_EQ(group_in("(?:a|aa|a?)*([bc])$", std::string(200, 'a') + "!"), std::nullopt);
  EXPECT_EQ(group_in(R"((\w+\s?)*[:;]$)", std::string(1U << 18U, 'a')), std::nullopt);
}

TEST(Regex, GivesUpWhatIsQuadraticInALongLine) {
  EXPECT_EQ(group_in(R"(\w+[xy](\d))", std::string(1U << 18U, 'a')), std::nullopt);
  EXPECT_EQ(group_in(R"((.*) (.*) [yz]$)", "z" + std::string(1U << 18U, ' ')), std::nullopt);
}

// PCRE2's own limit would let each of these lines take a tenth of a second.
TEST(Regex, ManyBadLinesTakeLittleTime) {
  const Regex regex = Regex::compile("(a+)+$").value();
  const std::string line = std::string(200, 'a') + "!";
  for (int i = 0; i < 3000; ++i) ASSERT_EQ(regex.find_group(line), std::nullopt);
}

TEST(Regex, FindsWhatStandsAtTheEndOfALongLine) {
  const std::string noise(1U << 18U, 'a');
  for (const char* pattern : {R"(acc=([\d.]+))", R"(^.*acc=([\d.]+))", R"(.*?acc=([\d.]+))",
                              R"(acc=([\d.]+)$)", R"((?:loss|acc)=([\d.]+))"}) {
    EXPECT_EQ(group_in(pattern, noise + " acc=0.91"), "0.91") << pattern;
  }
}

RC_GTEST_PROP(Regex, TakesAnyPatternAndAnyLine, (const std::string& pattern)) {
  const auto regex = Regex::compile(pattern);
  if (!regex) return;
  const std::string line = *rc::gen::arbitrary<std::string>();
  const auto group = regex->find_group(line);
  if (group && !group->empty()) RC_ASSERT(line.find(*group) != std::string::npos);
}

}  // namespace
}  // namespace hpopt
