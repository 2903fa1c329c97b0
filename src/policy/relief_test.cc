#include "policy/relief.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/policy.h"
#include "study/testing.h"

namespace hpopt {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t kGibi = std::uint64_t{1} << 30U;
constexpr Moment kMoment{.time_left = 500, .time_budget = 1000, .free_slots = 1, .slots = 1};

StudySpec spec() {
  StudySpec spec;
  spec.name = "s";
  spec.command = {"train", "${x}"};
  spec.objectives = {{.name = "score"}};
  spec.fidelities = {{.name = "epochs", .low = 1, .high = 81}};
  spec.min_iterations = 1;  // rungs at 1, 3, 9, 27
  spec.time_seconds = 1000;
  EXPECT_TRUE(spec.space.add({.name = "x", .domain = IntDomain{0, 1000}}).ok());
  return spec;
}

/// Frozen trials: each has done its steps, one second each, and has its score at the last.
class Relief : public ::testing::Test {
 protected:
  TrialId frozen(int steps, double score, double start_up = 0.5) {
    const TrialId id = study_.suggest({{"x", static_cast<std::int64_t>(++count_)}});
    study_.start(id, steps);
    for (int step = 1; step <= steps; ++step) study_.report(id, step, score, start_up + step);
    study_.pause(id, true, start_up + steps, {.by = "asha", .reason = {}});
    return id;
  }

  std::vector<TrialId> evicted(const Pool& pool) {
    std::vector<TrialId> trials;
    for (const EvictAction& action : policy_->relieve(study_.state, kMoment, pool)) {
      trials.push_back(action.trial);
      reasons_.push_back(action.decision.reason);
    }
    return trials;
  }

  testing::StudyUnderTest study_{spec()};
  std::unique_ptr<Policy> policy_ = make_policy(study_.state.spec(), 1);
  std::vector<std::string> reasons_;
  int count_ = 0;
};

TEST_F(Relief, NothingGoesWhileAllFits) {
  const TrialId a = frozen(1, 0.5);
  EXPECT_THAT(evicted({.name = "memory", .limit = kGibi, .kept = {{a, kGibi}}}), IsEmpty());
}

TEST_F(Relief, WhoHasDoneLessGoesFirstAndTheReasonSaysHowMuchIsKept) {
  const TrialId long_ago = frozen(9, 0.5);
  const TrialId just_begun = frozen(1, 0.5);
  const Pool pool{.name = "memory",
                  .limit = 3 * kGibi,
                  .kept = {{long_ago, 2 * kGibi}, {just_begun, 2 * kGibi}}};
  EXPECT_THAT(evicted(pool), ElementsAre(just_begun));
  EXPECT_EQ(reasons_.at(0),
            "trials that wait keep 4 GiB of memory, 3 GiB are allowed, and this one costs least to "
            "lose");
}

TEST_F(Relief, WhoHasNoProspectsGoesFirst) {
  Pool pool{.name = "memory", .limit = 11 * kGibi};
  TrialId worst = 0;
  for (int i = 12; i > 0; --i) {
    const TrialId id = frozen(3, 0.05 * i);
    pool.kept[id] = kGibi;
    worst = id;
  }
  EXPECT_THAT(evicted(pool), ElementsAre(worst));
}

TEST_F(Relief, WhoKeepsMuchGoesBeforeManyWhoKeepLittle) {
  const TrialId large = frozen(3, 0.5);
  Pool pool{.name = "memory", .limit = 5 * kGibi, .kept = {{large, 4 * kGibi}}};
  for (int i = 0; i < 3; ++i) pool.kept[frozen(2, 0.5)] = kGibi;
  EXPECT_THAT(evicted(pool), ElementsAre(large));
}

TEST_F(Relief, CheckpointsOfFinishedTrialsGoAndNeverThatOfTheBest) {
  const TrialId paused = frozen(3, 0.5);
  const TrialId best = frozen(9, 0.9);
  const TrialId complete = frozen(9, 0.8);
  study_.start(complete, 0);
  study_.end(complete, Cause::kComplete, 10);
  const Pool pool{.kind = Pool::Kind::kCheckpoints,
                  .name = "disk space",
                  .limit = 0,
                  .kept = {{paused, kGibi}, {best, kGibi}, {complete, kGibi}}};
  EXPECT_THAT(evicted(pool), ElementsAre(paused, complete));
}

TEST_F(Relief, WhereTrialsGoOnFromDiskTheirProcessesCostLittle) {
  for (int i = 0; i < 3; ++i) {  // each is seen to go on after a restart
    const TrialId id = frozen(9, 0.1);
    study_.pause(id, false, 9.5, {.by = "asha", .reason = {}});
    study_.start(id, 0);
    study_.report(id, 10, 0.1, 10.2);
    study_.report(id, 11, 0.1, 11.2);
    study_.end(id, Cause::kComplete, 11.3);
  }
  const TrialId far = frozen(27, 0.1);
  const TrialId near = frozen(3, 0.1);
  const Pool memory{.name = "memory", .limit = kGibi, .kept = {{far, 2 * kGibi}, {near, kGibi}}};
  EXPECT_THAT(evicted(memory), ElementsAre(far));
}

}  // namespace
}  // namespace hpopt
