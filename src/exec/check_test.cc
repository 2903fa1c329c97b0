#include "exec/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hpopt {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

CheckRequest request(const std::string& script, const std::string& metric = "acc") {
  CheckRequest request;
  request.argv = {"sh", "-c", script};
  request.directory = "/tmp";
  Objective objective;
  objective.name = metric;
  request.objectives = {objective};
  return request;
}

TEST(Check, CollectsWhatIsUnderstood) {
  const auto report = check_command(
      request("for i in 1 2; do echo epoch $i/4 loss: $i.5 acc: 0.$i; sleep 0.02; done"));
  ASSERT_TRUE(report.ok());
  ASSERT_EQ(report->metrics.size(), 2U);
  const CheckedMetric& acc = report->metrics[0];
  EXPECT_EQ(acc.name, "acc");
  EXPECT_TRUE(acc.wanted);
  EXPECT_EQ(acc.count, 2);
  EXPECT_EQ(acc.steps, 2);
  EXPECT_EQ(acc.last_step, 2);
  EXPECT_EQ(acc.low, 0.1);
  EXPECT_EQ(acc.high, 0.2);
  EXPECT_EQ(report->metrics[1].name, "loss");
  EXPECT_EQ(report->length, 4);
  EXPECT_GT(report->seconds_a_step.value(), 0.01);
  EXPECT_TRUE(report->ended);
  EXPECT_EQ(report->exit_code, 0);
  EXPECT_THAT(report->problems(), IsEmpty());
  EXPECT_THAT(report->notes(), Contains(HasSubstr("a full training of 4 steps")));
}

TEST(Check, EndsWhenItHasEnough) {
  const auto report = check_command(
      request("i=0; while :; do i=$((i+1)); echo step $i acc: 0.5; sleep 0.01; done"));
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report->ended);
  EXPECT_GE(report->metrics[0].steps, 3);
}

TEST(Check, EndsAtItsLimit) {
  CheckRequest silent = request("sleep 60");
  silent.limit = std::chrono::milliseconds(50);
  const auto report = check_command(silent);
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report->ended);
  EXPECT_THAT(report->problems(), Contains(HasSubstr("buffered")));
}

TEST(Check, TellsThatTheMetricIsMissing) {
  const auto report = check_command(request("echo accuracy: 0.5 loss: 0.25", "acuracy"));
  EXPECT_THAT(report->problems(), Contains(HasSubstr("did you mean 'accuracy'?")));
}

TEST(Check, TellsOfACrash) {
  const auto report = check_command(request("echo acc: 0.5; echo broken >&2; exit 3"));
  EXPECT_THAT(report->problems(), Contains(HasSubstr("exit code 3")));
  EXPECT_THAT(report->last_lines, HasSubstr("broken"));
}

TEST(Check, TellsOfBufferedOutput) {
  const auto report =
      check_command(request("sleep 1.2; printf 'epoch 1 acc: 0.5\\nepoch 2 acc: 0.6\\n'"));
  EXPECT_TRUE(report->buffered);
}

TEST(Check, TellsOfRepeatsAndOfWhatIsNotFinite) {
  const auto report =
      check_command(request("echo acc: 0.5; sleep 0.05; echo acc: nan; sleep 0.05; echo acc: 0.6"));
  EXPECT_EQ(report->metrics[0].not_finite, 1);
  EXPECT_EQ(report->metrics[0].low, 0.5);
  EXPECT_THAT(report->problems(), Contains(HasSubstr("not finite 1 of 3")));
  EXPECT_THAT(report->notes(), Contains(HasSubstr("no step is told")));
}

TEST(Check, TakesReportsByTheFile) {
  const auto report =
      check_command(request(R"(echo '{"step":1,"value":0.5}' >>$HPOPT_REPORT_FILE)"));
  ASSERT_EQ(report->metrics.size(), 1U);
  EXPECT_EQ(report->metrics[0].count, 1);
}

TEST(Check, AMissingProgramIsAnError) {
  CheckRequest missing = request("");
  missing.argv = {"no-such-program"};
  EXPECT_FALSE(check_command(missing).ok());
}

}  // namespace
}  // namespace hpopt
