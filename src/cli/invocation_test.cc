#include "cli/invocation.h"

#include <gtest/gtest.h>

namespace hpopt {
namespace {

using Words = std::vector<std::string>;

std::string complaint(const Words& words) {
  const auto parsed = parse_invocation(words);
  return parsed ? std::string("no error") : parsed.error().message();
}

TEST(Invocation, SplitsFlagsFileAndCommand) {
  const auto parsed = parse_invocation({"run", "-t", "30m", "--metric=loss:min", "study.yaml", "-q",
                                        "--", "python", "train.py", "--time", "--", "~x"});
  ASSERT_TRUE(parsed) << parsed.error().message();
  EXPECT_EQ(parsed->command, "run");
  EXPECT_EQ(parsed->arguments, Words{"study.yaml"});
  EXPECT_EQ(parsed->argv, (Words{"python", "train.py", "--time", "--", "~x"}));
  EXPECT_EQ(parsed->duration("--time"), 1800);
  EXPECT_EQ(parsed->value("--metric"), "loss:min");
  EXPECT_TRUE(parsed->has("--quiet"));
  EXPECT_FALSE(parsed->has("--json"));
}

TEST(Invocation, TakesEachOfSeveralMetrics) {
  const auto parsed = parse_invocation({"run", "-m", "a:max", "-m", "b", "file.yaml"});
  ASSERT_TRUE(parsed) << parsed.error().message();
  EXPECT_EQ(parsed->values("--metric"), (Words{"a:max", "b"}));
  EXPECT_EQ(parsed->arguments, Words{"file.yaml"});
}

TEST(Invocation, TakesNegativeNumbers) {
  const auto parsed = parse_invocation({"report", "--step", "3", "--score", "-0.5"});
  ASSERT_TRUE(parsed) << parsed.error().message();
  EXPECT_EQ(parsed->number("--score"), -0.5);
}

TEST(Invocation, NamesTheNearestFlagAndCommand) {
  EXPECT_EQ(complaint({"run", "--tiem", "3s", "--", "a"}),
            "hpopt run has no flag '--tiem', did you mean '--time'? (`hpopt run --help` shows the "
            "flags)");
  EXPECT_EQ(complaint({"runn"}),
            "there is no command 'runn', did you mean 'run'? (`hpopt help` shows the commands)");
  EXPECT_NE(complaint({"export", "--format", "jsnl"}).find("did you mean 'jsonl'?"),
            std::string::npos);
}

TEST(Invocation, SaysThatACommandNeedsItsSeparator) {
  EXPECT_EQ(complaint({"run", "--time", "3s", "python", "train.py", "--lr", "~log(1e-5,1)"}),
            "the command to run must stand behind `--` (hpopt run [flags] -- python train.py --lr "
            "'~log(1e-5,1)')");
}

TEST(Invocation, RefusesWhatDoesNotFit) {
  EXPECT_NE(complaint({"run", "--time", "soon"}).find("--time: 'soon' is not a duration"),
            std::string::npos);
  EXPECT_NE(complaint({"run", "--trials", "0"}).find("--trials"), std::string::npos);
  EXPECT_EQ(complaint({"run", "--time"}), "--time needs a value, such as 30m");
  EXPECT_EQ(complaint({"run", "-m"}), "--metric needs a value: NAME[:max|min]");
  EXPECT_NE(complaint({"list", "extra"}).find("(usage: hpopt list)"), std::string::npos);
  EXPECT_NE(complaint({"run", "--time", "1s", "--time", "2s"}).find("given more than once"),
            std::string::npos);
  EXPECT_NE(complaint({"best", "a", "b"}).find("'b'"), std::string::npos);
  EXPECT_NE(complaint({"best", "--", "b"}).find("takes no command"), std::string::npos);
}

TEST(Invocation, KnowsHelpAndVersion) {
  EXPECT_TRUE(parse_invocation({})->help);
  EXPECT_TRUE(parse_invocation({"--version"})->version);
  EXPECT_EQ(parse_invocation({"help", "why"})->command, "why");
  EXPECT_TRUE(parse_invocation({"why", "--help"})->help);
  EXPECT_TRUE(parse_invocation({"run", "-h", "--nonsense"})->help);
}

}  // namespace
}  // namespace hpopt
