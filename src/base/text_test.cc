#include "base/text.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace hpopt {
namespace {

TEST(Numbers, ShortestReadsBack) {
  EXPECT_EQ(shortest(0.001), "0.001");
  EXPECT_EQ(shortest(1e-5), "1e-05");
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(brief_number(0.1 + 0.2), "0.3");
  EXPECT_EQ(brief_number(-1234567.0), "-1.23457e+06");
}

TEST(Numbers, ParseTakesWhatPeopleWriteAndOnlyWholeTexts) {
  EXPECT_EQ(parse_number("1e-3"), 1e-3);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_EQ(parse_number("5."), 5);
  EXPECT_EQ(parse_number("+2"), 2);
  EXPECT_EQ(parse_number("-inf"), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(parse_number("nan").value_or(0)));
  EXPECT_EQ(parse_number("1e999"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse_number("1e-999"), 0);
  for (const char* text : {"", "+", "abc", "1x", " 1", "1 ", "--1", "+-1", "1e"}) {
    EXPECT_FALSE(parse_number(text).has_value()) << text;
  }
}

TEST(Numbers, ParseIntegerRefusesFractionsAndOverflow) {
  EXPECT_EQ(parse_integer("-42"), -42);
  EXPECT_EQ(parse_integer("+42"), 42);
  EXPECT_FALSE(parse_integer("1.0").has_value());
  EXPECT_FALSE(parse_integer("9223372036854775808").has_value());
}

TEST(Durations, ParseEveryUnitAndTheirSums) {
  EXPECT_EQ(parse_duration("90").value(), 90);
  EXPECT_EQ(parse_duration("90s").value(), 90);
  EXPECT_EQ(parse_duration("30m").value(), 1800);
  EXPECT_EQ(parse_duration("30 min").value(), 1800);
  EXPECT_EQ(parse_duration("1.5h").value(), 5400);
  EXPECT_EQ(parse_duration("2d").value(), 172800);
  EXPECT_EQ(parse_duration("1h30m").value(), 5400);
  EXPECT_EQ(parse_duration("1 h 30 m").value(), 5400);
  EXPECT_EQ(parse_duration("500ms").value(), 0.5);
}

TEST(Durations, RefuseNonsenseAndNothing) {
  for (const char* text : {"", "m", "10x", "1h-5m", "-5", "1..5s"}) {
    EXPECT_EQ(parse_duration(text).error().message(),
              "'" + std::string(text) +
                  "' is not a duration (write for example 90s, 30m, 1.5h or 1h30m)");
  }
  EXPECT_EQ(parse_duration("0s").error().what, "the duration '0s' must be more than zero");
}

TEST(Durations, AreShownInTheTwoUnitsThatMatter) {
  EXPECT_EQ(human_duration(0), "0 s");
  EXPECT_EQ(human_duration(0.35), "0.35 s");
  EXPECT_EQ(human_duration(42.4), "42 s");
  EXPECT_EQ(human_duration(59.9), "1 min");
  EXPECT_EQ(human_duration(65), "1 min 5 s");
  EXPECT_EQ(human_duration(5400), "1 h 30 min");
  EXPECT_EQ(human_duration(3 * 86400 + 7200), "3 d 2 h");
}

TEST(Bytes, ParseBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_bytes("8GiB").value(), std::int64_t{8} << 30);
  EXPECT_EQ(parse_bytes("512MB").value(), 512000000);
  EXPECT_EQ(parse_bytes("1.5 kB").value(), 1500);
  EXPECT_EQ(parse_bytes("1024").value(), 1024);
  EXPECT_EQ(parse_bytes("8GX").error().message(),
            "'8GX' is not an amount of memory (write for example 8GiB, 512MB or 1024)");
}

TEST(Strings, SplitKeepsEmptyPartsAndJoinUndoesIt) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
  EXPECT_EQ(join(split("a,,b", ','), ","), "a,,b");
  EXPECT_EQ(trim(" \ta b\n"), "a b");
}

TEST(NearMisses, FindOneEditInThreeLetters) {
  const std::vector<std::string> keys{"values", "value", "distribution", "min", "max"};
  EXPECT_EQ(nearest("valeus", keys), "values");
  EXPECT_EQ(nearest("Min", keys), "min");
  EXPECT_EQ(nearest("distributoin", keys), "distribution");
  EXPECT_EQ(nearest("zebra", keys), "");
  EXPECT_EQ(did_you_mean("mxa", keys), ", did you mean 'max'?");
  EXPECT_EQ(did_you_mean("zebra", keys), "");
}

TEST(ShellQuoting, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(shell_quote("--lr=1e-05"), "--lr=1e-05");
  EXPECT_EQ(shell_quote(""), "''");
  EXPECT_EQ(shell_quote("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_quote("~log(1,2)"), "'~log(1,2)'");
  EXPECT_EQ(shell_command({"python", "my script.py", "--a=1"}), "python 'my script.py' --a=1");
}

TEST(Digests, Sha256OfTheStandardsExample) {
  // FIPS 180-2, appendix B.1.
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Ids, AreTwelveLettersAndDiffer) {
  const std::string id = random_id();
  EXPECT_EQ(id.size(), 12U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"), std::string::npos);
  EXPECT_NE(id, random_id());
}

TEST(Bytes, AreSaidInTheUnitThatFits) {
  EXPECT_EQ(human_bytes(0), "0 bytes");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_bytes(std::uint64_t{8} << 30U), "8 GiB");
  EXPECT_EQ(human_bytes(std::uint64_t{3} << 50U), "3.07e+03 TiB");
}

}  // namespace
}  // namespace hpopt
