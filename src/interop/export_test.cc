#include "interop/export.h"

#include <gtest/gtest.h>

namespace hpopt {
namespace {

class ExportTest : public testing::Test {
 protected:
  void SetUp() override {
    StudySpec spec;
    spec.name = "digits";
    spec.command = {"train"};
    spec.objectives.push_back({});
    spec.objectives.front().name = "acc";
    ASSERT_TRUE(spec.space.add({.name = "lr", .domain = FloatDomain{0, 1, Scale::kLinear, 0}}));
    ASSERT_TRUE(spec.space.add(
        {.name = "kind", .domain = CategoricalDomain{{"a,b", "say \"x\"\nthen y"}, {}}}));
    tell(Created{.name = "digits",
                 .spec = to_json(spec).dump(),
                 .fingerprint = "{}",
                 .directory = "/tmp",
                 .seed = 0,
                 .parent = {}});
    tell(SessionOpened{});
    tell(MetricNamed{1, "loss"});
    suggest(1, 0.25, "a,b");
    tell(Started{.trial = 1, .version = 0, .token = 1, .worker = 1});
    tell(Reported{.trial = 1,
                  .token = 1,
                  .sequence = 1,
                  .metric = 0,
                  .step = 1,
                  .value = 0.5,
                  .elapsed = 0.5});
    tell(Reported{
        .trial = 1, .token = 1, .sequence = 2, .metric = 1, .step = 1, .value = 7, .elapsed = 0.5});
    tell(Reported{.trial = 1,
                  .token = 1,
                  .sequence = 3,
                  .metric = 0,
                  .step = 2.5,
                  .value = 0.75,
                  .elapsed = 1});
    tell(Ended{.trial = 1,
               .token = 1,
               .cause = Cause::kComplete,
               .exit_code = 0,
               .elapsed = 2,
               .message = {},
               .decision = {.by = "engine", .reason = "it ended by itself"}});
    suggest(2, 0.5, "say \"x\"\nthen y");
  }

  void tell(Payload payload) {
    const Fact fact{{.revision = state_.revision() + 1,
                     .session = state_.created() ? 1U : 0U,
                     .monotonic = {},
                     .utc_ms = 1'767'225'600'000},
                    std::move(payload)};
    const Status applied = state_.apply(fact);
    ASSERT_TRUE(applied) << applied.error().message();
  }

  void suggest(TrialId trial, double lr, const char* kind) {
    Configuration configuration;
    configuration.set("lr", lr);
    configuration.set("kind", kind);
    tell(Suggested{.trial = trial,
                   .configuration = configuration,
                   .unique = true,
                   .request = std::to_string(trial),
                   .epoch = 1,
                   .decision = {}});
  }

  std::string exported(ExportFormat format, ExportRows rows, bool session_lives = false) const {
    std::string text;
    export_study(state_, session_lives, format, rows, [&](std::string_view part) { text += part; });
    return text;
  }

  StudyState state_;
};

TEST_F(ExportTest, CsvQuotesWhatNeedsIt) {
  EXPECT_EQ(
      exported(ExportFormat::kCsv, ExportRows::kTrials),
      "trial,state,score,step,elapsed,param.lr,param.kind,metric.loss,worker,runs,started,ended,"
      "exit_code,reason\n"
      "1,complete,0.75,2.5,2.0,0.25,\"a,b\",7.0,1,1,2026-01-01T00:00:00.000Z,"
      "2026-01-01T00:00:00.000Z,0,it ended by itself\n"
      "2,waiting,,,0.0,0.5,\"say \"\"x\"\"\nthen y\",,,0,,,,\n");
}

TEST_F(ExportTest, JsonLinesHaveTheSameKeys) {
  const std::string text = exported(ExportFormat::kJsonl, ExportRows::kTrials);
  EXPECT_TRUE(text.starts_with(
      R"({"trial":1,"state":"complete","score":0.75,"step":2.5,"elapsed":2.0,"param.lr":0.25,)"
      R"("param.kind":"a,b","metric.loss":7.0,"worker":1,"runs":1,)"))
      << text;
  EXPECT_TRUE(text.ends_with(R"("started":null,"ended":null,"exit_code":null,"reason":null})"
                             "\n"))
      << text;
}

TEST_F(ExportTest, ATrialOfADeadSessionIsPaused) {
  tell(Started{.trial = 2, .version = 0, .token = 2, .worker = 1});
  const auto text = [&](bool session_lives) {
    return exported(ExportFormat::kCsv, ExportRows::kTrials, session_lives);
  };
  EXPECT_NE(text(false).find("\n2,paused,"), std::string::npos) << text(false);
  EXPECT_NE(text(true).find("\n2,running,"), std::string::npos) << text(true);
}

TEST_F(ExportTest, ReportsAreRowsOfTheirOwn) {
  EXPECT_EQ(exported(ExportFormat::kCsv, ExportRows::kReports),
            "trial,step,score,elapsed\n1,1,0.5,0.5\n1,2.5,0.75,1.0\n");
}

}  // namespace
}  // namespace hpopt
