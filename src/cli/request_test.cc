#include "cli/request.h"

#include <cstdio>
#include <ctime>

#include <gtest/gtest.h>

#include "base/files.h"

namespace hpopt {
namespace {

Invocation of(const std::vector<std::string>& words) {
  auto parsed = parse_invocation(words);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message());
  return parsed ? *parsed : Invocation{};
}

TEST(Request, TakesMarksAndFlags) {
  const auto spec =
      read_request(of({"run", "-t", "30m", "-m", "acc:max", "-j", "3", "--trials", "7",
                       "--no-early-stop", "--metric-regex", "acc is (.*)", "--sampler", "random",
                       "--", "python", "train.py", "--lr", "~log(1e-5,1)"}));
  ASSERT_TRUE(spec) << spec.error().message();
  EXPECT_EQ(spec->name, "train");
  EXPECT_EQ(spec->time_seconds, 1800);
  ASSERT_EQ(spec->objectives.size(), 1U);
  EXPECT_EQ(spec->objectives[0].name, "acc");
  EXPECT_TRUE(spec->objectives[0].maximize);
  EXPECT_EQ(spec->objectives[0].regex, "acc is (.*)");
  EXPECT_EQ(spec->workers, 3);
  EXPECT_EQ(spec->run_cap, 7);
  EXPECT_EQ(spec->method, Method::kRandom);
  EXPECT_EQ(spec->early_stop, EarlyStop::kNone);
  EXPECT_EQ(spec->space.parameters().size(), 1U);
}

TEST(Request, NeedsAFileOrACommand) {
  const auto spec = read_request(of({"run"}));
  ASSERT_FALSE(spec);
  EXPECT_NE(spec.error().message().find("needs a study file or a command"), std::string::npos);
}

TEST(Request, NeedsAFileThatSaysWhatToRun) {
  const std::string path = ::testing::TempDir() + "hpopt_request.yaml";
  ASSERT_TRUE(write_file_atomic(path, "parameters: {lr: {min: 0.0, max: 1.0}}\n").ok());
  const auto nothing = read_request(of({"run", path}));
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().message(),
            path +
                ": the study file does not say what to run (add `command` or `program` to it, "
                "or put a command behind --)");
  EXPECT_TRUE(read_request(of({"run", path, "--", "./train"})));
  std::remove(path.c_str());
}

TEST(Request, NamesTheFlagThatIsWrong) {
  const auto metric = read_request(of({"run", "-m", "acc", "--", "a"}));
  ASSERT_FALSE(metric);
  EXPECT_EQ(metric.error().where, "--metric");
  const auto workers = read_request(of({"run", "-m", "acc:max", "-j", "0", "--", "a"}));
  ASSERT_FALSE(workers);
  EXPECT_EQ(workers.error().where, "--workers");
  const auto until = read_request(of({"run", "-m", "acc:max", "--until", "noon", "--", "a"}));
  ASSERT_FALSE(until);
  EXPECT_EQ(until.error().where, "--until");
}

TEST(NameOfCommand, IsTheScriptOrTheProgram) {
  EXPECT_EQ(name_of_command({"python3", "-u", "src/train.py", "--lr", "1"}), "train");
  EXPECT_EQ(name_of_command({"/usr/bin/env", "CUDA=0", "python3.11", "fit.py"}), "fit");
  EXPECT_EQ(name_of_command({"build/bin/digits_mlp", "--lr", "1"}), "digits_mlp");
  EXPECT_EQ(name_of_command({"python3", "-c"}), "python3");
  EXPECT_EQ(name_of_command({"sh", "-c", "echo acc: 0", "x"}), "sh");
  EXPECT_EQ(name_of_command({"/bin/bash", "-euc", "echo acc: 0"}), "bash");
  EXPECT_EQ(name_of_command({"env", "python3", "-c", "print(1)"}), "python3");
}

TEST(SecondsUntil, IsTheNextTimeOfDay) {
  constexpr std::int64_t kNow = 1'767'261'600;
  const double noon = *seconds_until("12:00", kNow);
  EXPECT_GT(noon, 0);
  EXPECT_LE(noon, 25 * 3600);
  EXPECT_DOUBLE_EQ(*seconds_until("12:00", kNow + 1), noon > 1 ? noon - 1 : noon - 1 + 24 * 3600);
  EXPECT_FALSE(seconds_until("noon", kNow));
  EXPECT_FALSE(seconds_until("24:00", kNow));
}

TEST(UntilText, SaysThatATimeOfDayIsTomorrow) {
  const std::int64_t midnight = [] {
    std::tm day{};
    day.tm_year = 126;
    day.tm_mday = 1;
    day.tm_isdst = -1;
    return static_cast<std::int64_t>(std::mktime(&day));
  }();
  constexpr std::int64_t kHour = 3600;
  EXPECT_EQ(until_text("18:00", midnight + 17 * kHour), "until 18:00, for 1 h");
  EXPECT_EQ(until_text("18:00", midnight + 19 * kHour), "until 18:00 tomorrow, for 23 h");
}

}  // namespace
}  // namespace hpopt
