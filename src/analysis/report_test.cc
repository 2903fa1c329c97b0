#include "analysis/report.h"

#include <gtest/gtest.h>

#include "analysis/answer.h"

namespace hpopt {
namespace {

class ReportTest : public testing::Test {
 protected:
  void SetUp() override {
    StudySpec spec;
    spec.name = "digits";
    spec.command = {"train", "--lr=${lr}", "--epochs=${epochs}", "--out=${trial_dir}"};
    spec.objectives.push_back({});
    spec.objectives.front().name = "acc";
    spec.fidelities.push_back({});
    spec.fidelities.front().name = "epochs";
    spec.fidelities.front().high = 40;
    spec.time_seconds = 60;
    ASSERT_TRUE(spec.space.add({.name = "lr", .domain = FloatDomain{0, 1, Scale::kLinear, 0}}));
    tell(Created{.name = "digits",
                 .spec = to_json(spec).dump(),
                 .fingerprint = "{}",
                 .directory = "/data",
                 .seed = 0,
                 .parent = {}});
    tell(SessionOpened{});
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

  void train(TrialId trial, double lr, double to_step) {
    Configuration configuration;
    configuration.set("lr", lr);
    tell(Suggested{.trial = trial,
                   .configuration = configuration,
                   .unique = true,
                   .request = std::to_string(trial),
                   .epoch = 1,
                   .decision = {}});
    tell(Started{.trial = trial, .version = 0, .token = trial});
    tell(Reported{.trial = trial,
                  .token = trial,
                  .sequence = 1,
                  .metric = 0,
                  .step = 3,
                  .value = lr,
                  .elapsed = 1});
    tell(Reported{.trial = trial,
                  .token = trial,
                  .sequence = 2,
                  .metric = 0,
                  .step = to_step,
                  .value = lr / 2,
                  .elapsed = 2});
  }

  /// As it stands while nobody works on it.
  [[nodiscard]] StudyView view() const { return {.state = state_, .id = "id"}; }

  StudyState state_;
};

TEST_F(ReportTest, ThereIsNoAnswerWithoutAScore) {
  EXPECT_FALSE(answer(state_));
  const Json best = best_json(view());
  EXPECT_EQ(best["study"], "digits");
  for (const char* key :
       {"trial", "state", "score", "params", "fidelity", "confirmed", "command"}) {
    ASSERT_TRUE(best.contains(key)) << key;
    EXPECT_TRUE(best[key].is_null()) << key;
  }
  EXPECT_TRUE(status_json({.state = state_, .id = "id"})["best"].is_null());
}

TEST_F(ReportTest, TheAnswerRunsAtFullLengthApartFromTheStudy) {
  train(1, 0.5, 12);
  const auto found = answer(state_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->score, 0.5);
  EXPECT_EQ(found->step, 12);
  EXPECT_EQ(found->score_step, 3);
  EXPECT_FALSE(found->confirmed);
  EXPECT_EQ(found->command,
            (std::vector<std::string>{"train", "--lr=0.5", "--epochs=40", "--out=digits-best"}));
}

TEST_F(ReportTest, TheAnswerIsConfirmedAtFullLength) {
  train(1, 0.5, 40);
  EXPECT_TRUE(answer(state_)->confirmed);
  const Json best = best_json(view());
  EXPECT_EQ(best["fidelity"], (Json{{"epochs", 40}}));
  EXPECT_EQ(best["confirmed"], true);
}

TEST_F(ReportTest, StatusHasTheKeysOfItsContract) {
  train(1, 0.5, 12);
  const Json status = status_json({.state = state_, .id = "id", .used = 20, .running = true});
  EXPECT_EQ(status["state"], "running");
  EXPECT_EQ(status["objectives"], Json::parse(R"([{"name": "acc", "goal": "maximize"}])"));
  EXPECT_EQ(status["time"], Json::parse(R"({"budget": 60.0, "used": 20.0, "left": 40.0})"));
  EXPECT_EQ(status["trials"]["running"], 1);
  EXPECT_EQ(status["best"]["trial"], 1);
}

TEST_F(ReportTest, AStatusCanBeToldFromTheDigest) {
  train(1, 0.5, 12);
  const Json digest = Json::parse(digest_json(state_, "id").dump());
  for (const bool running : {true, false}) {
    for (const double used : {20.0, 60.0}) {
      const StudyView seen{.state = state_, .id = "id", .used = used, .running = running};
      const Json status = status_json(digest, used, running);
      EXPECT_EQ(status["state"], standing(seen));
      EXPECT_EQ(status["time"]["left"], time_left(seen));
      EXPECT_EQ(status["trials"]["running"], standing_counts(seen).running);
      EXPECT_EQ(status["trials"]["paused"], standing_counts(seen).paused);
      EXPECT_EQ(status["best"], best_json(seen));
    }
  }
}

TEST_F(ReportTest, StandingFollowsTimeAndSessions) {
  EXPECT_EQ(standing({.state = state_, .id = {}, .used = 20}), "paused");
  EXPECT_EQ(standing({.state = state_, .id = {}, .used = 60}), "finished");
  EXPECT_EQ(standing({.state = state_, .id = {}, .used = 60, .running = true}), "running");
  EXPECT_EQ(standing({.state = StudyState{}, .id = {}}), "new");
}

TEST_F(ReportTest, TrialsHaveTheKeysOfTheirContract) {
  train(1, 0.5, 12);
  tell(Ended{.trial = 1,
             .token = 1,
             .cause = Cause::kStopped,
             .exit_code = 0,
             .elapsed = 3,
             .message = {},
             .decision = {.by = "asha", .reason = "behind the others"}});
  const Json trial = trial_json(view(), *state_.find(1));
  EXPECT_EQ(trial["state"], "stopped");
  EXPECT_EQ(trial["params"], (Json{{"lr", 0.5}}));
  EXPECT_EQ(trial["reports"].size(), 2U);
  EXPECT_EQ(trial["reports"][1], Json::parse(R"({"step": 12, "score": 0.25, "elapsed": 2.0})"));
  EXPECT_EQ(trial["started"], "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(trial["reason"], "behind the others");
}

// After kill -9 status once said "paused" and "2 running".
TEST_F(ReportTest, WhatRunsWhereNobodyWorksWasInterrupted) {
  train(1, 0.5, 12);
  EXPECT_EQ(status_json(view())["trials"]["running"], 0);
  EXPECT_EQ(status_json(view())["trials"]["paused"], 1);
  const Json trial = trial_json(view(), *state_.find(1));
  EXPECT_EQ(trial["state"], "paused");
  EXPECT_EQ(trial["reason"], "interrupted: the session that ran it is gone");
}

TEST_F(ReportTest, TheAnswerTellsTheStateOfItsTrial) {
  train(1, 0.5, 12);
  tell(Ended{.trial = 1,
             .token = 1,
             .cause = Cause::kFailed,
             .exit_code = 1,
             .elapsed = 3,
             .message = "exited with 1",
             .decision = {}});
  EXPECT_EQ(best_json(view())["state"], "failed");
}

TEST(HistoryJson, WhatADecisionDidNotWriteDownIsNull) {
  const HistoryEntry blind{.what = "started", .decision = {.by = "engine", .reason = "it is told"}};
  const HistoryEntry seeing{
      .what = "paused",
      .decision = {
          .by = "asha", .reason = "waits", .read_revision = 7, .time_left = 3, .free_slots = 0}};
  const Json decisions = history_json(1, {blind, seeing})["decisions"];
  for (const char* key : {"time_left", "free_slots", "read_revision"}) {
    EXPECT_TRUE(decisions[0][key].is_null()) << key;
  }
  EXPECT_EQ(decisions[1]["time_left"], 3.0);
  EXPECT_EQ(decisions[1]["free_slots"], 0);
  EXPECT_EQ(decisions[1]["read_revision"], 7);
}

}  // namespace
}  // namespace hpopt
