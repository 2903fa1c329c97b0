#include "study/trial_words.h"

#include <gtest/gtest.h>

namespace hpopt {
namespace {

TEST(TrialWords, AFrozenProcessThatIsGoneIsNotWhyItPaused) {
  TrialRecord trial;
  EXPECT_EQ(reason_of(trial), std::nullopt);
  trial.decisions = {{.by = "asha", .reason = "starts"}, {.by = "asha", .reason = "waits"}};
  EXPECT_EQ(reason_of(trial), "waits");
  trial.decisions.push_back({.by = "asha", .reason = std::string(kLetGoReason)});
  EXPECT_EQ(reason_of(trial), "waits");
  trial.message = "exited with 1";
  EXPECT_EQ(reason_of(trial), "exited with 1");
}

TEST(TrialWords, OnlyAProcessThatEndedByItselfHasAnExitCode) {
  TrialRecord trial;
  trial.state = TrialState::kPaused;
  EXPECT_EQ(own_exit_code(trial), std::nullopt);
  trial.state = TrialState::kStopped;
  trial.decisions = {{.by = "asha", .reason = "behind"}};
  EXPECT_EQ(own_exit_code(trial), std::nullopt);
  trial.state = TrialState::kComplete;
  EXPECT_EQ(own_exit_code(trial), std::nullopt) << "the scheduler ended it at its full length";
  trial.decisions = {{.by = "engine", .reason = "it ended by itself"}};
  EXPECT_EQ(own_exit_code(trial), 0);
  trial.state = TrialState::kFailed;
  trial.exit_code = 3;
  EXPECT_EQ(own_exit_code(trial), 3);
}

}  // namespace
}  // namespace hpopt
