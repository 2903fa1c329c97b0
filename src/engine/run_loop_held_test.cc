// What trials keep while they wait, and how they give it back.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "engine/run_loop_fixture.h"
#include "study/trial_words.h"

namespace hpopt {
namespace {

using ::testing::HasSubstr;
using testing::steps;
namespace fs = std::filesystem;

/// Each trial pauses after its second step.
class RunLoopHeld : public testing::RunLoopFixture {
 protected:
  void SetUp() override {
    policy_.verdict = [](const TrialRecord& trial) -> Judgement {
      if (trial.last_step() != 2) return {};
      return {Course::kPause, {.by = "asha", .reason = "it waits at step 2"}};
    };
  }
};

TEST_F(RunLoopHeld, TheOneThatThePolicyNamesGivesItsMemoryBack) {
  create(20.0);
  policy_.trials = 4;
  policy_.relief = [](const StudyState& /*state*/, const Pool& pool) {
    return pool.kept.size() > 2 ? pool.kept.begin()->first : 0;
  };
  SimExecutor executor(clock_, [](const Configuration&) {
    SimTrial trial = steps(100);
    trial.memory = 1000;
    return trial;
  });
  executor.limit_held_memory(2000);
  run(executor);
  const StudyState state = folded();
  const std::vector<Decision>& decisions = state.find(1)->decisions;
  ASSERT_GE(decisions.size(), 3U);
  EXPECT_THAT(decisions.at(2).reason, HasSubstr(kLetGoReason));
  EXPECT_THAT(decisions.at(2).reason, HasSubstr("too much of memory"));
  EXPECT_EQ(reason_of(*state.find(1)), "it waits at step 2");
  EXPECT_EQ(state.find(4)->decisions.at(2).reason, kLetGoReason) << "only at the end";
}

TEST_F(RunLoopHeld, ACheckpointIsRemovedWhenTheDiskIsShortAndTheJournalSaysSo) {
  create(20.0);
  policy_.trials = 3;
  const std::string root = testing::fresh_folder();
  const auto folder_of = [&](TrialId trial) { return root + "/" + std::to_string(trial); };
  for (TrialId trial = 1; trial <= 3; ++trial) {
    fs::create_directory(folder_of(trial));
    std::ofstream(folder_of(trial) + "/last.pt") << std::string(5000, 'x');
  }
  Checkpoints checkpoints(folder_of);
  checkpoints_ = &checkpoints;
  policy_.relief = [](const StudyState& state, const Pool& pool) -> TrialId {
    const TrialRecord* first = state.find(1);
    return pool.kind == Pool::Kind::kCheckpoints && pool.kept.contains(1) && !first->starts_anew
               ? 1
               : 0;
  };
  SimExecutor executor(
      clock_, [](const Configuration&) { return steps(100); }, false);
  run(executor);
  EXPECT_FALSE(fs::exists(folder_of(1) + "/last.pt"));
  EXPECT_TRUE(fs::exists(folder_of(2) + "/last.pt"));
  EXPECT_TRUE(folded().find(1)->starts_anew);
  EXPECT_FALSE(folded().find(2)->starts_anew);
}

}  // namespace
}  // namespace hpopt
