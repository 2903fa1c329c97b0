#include "policy/cost_model.h"

#include <cmath>

#include <gtest/gtest.h>

#include "sampler/testing.h"

namespace hpopt {
namespace {

using testing::StudyUnderTest;

StudySpec one_parameter() {
  StudySpec spec;
  Objective objective;
  objective.name = "score";
  spec.objectives = {objective};
  spec.space.add(Parameter{.name = "x", .domain = FloatDomain{0, 100}}).value();
  return spec;
}

class Costs : public ::testing::Test {
 protected:
  Costs() : study_(one_parameter()) {}

  TrialId start() {
    const TrialId id = study_.suggest({{"x", static_cast<double>(study_.state.trials().size())}});
    study_.start(id);
    return id;
  }
  /// Steps first .. last, the first of them at `from` seconds.
  void report(TrialId id, int first, int last, double from, double pace) {
    for (int step = first; step <= last; ++step) {
      study_.report(id, step, 0.5, from + pace * (step - first));
    }
  }
  CostModel& costs() {
    costs_.sync(study_.state);
    return costs_;
  }

  StudyUnderTest study_;
  CostModel costs_;
};

TEST_F(Costs, NothingIsKnownBeforeTwoReports) {
  EXPECT_FALSE(costs().knows_steps());
  const TrialId id = start();
  report(id, 1, 1, 5, 1);
  EXPECT_FALSE(costs().knows_steps());
  EXPECT_EQ(costs().least_first_step(), 1);
}

TEST_F(Costs, StartUpAndPaceAreMediansOverTrials) {
  for (const double pace : {1.0, 2.0, 50.0}) {
    const TrialId id = start();
    report(id, 1, 4, 3 + pace, pace);
  }
  EXPECT_DOUBLE_EQ(costs().step(), 2);
  EXPECT_DOUBLE_EQ(costs().start_up(), 3);
  EXPECT_DOUBLE_EQ(costs().to_start_and_reach(10), 23);
  EXPECT_DOUBLE_EQ(costs().step_of(*study_.state.find(3)), 50);
}

TEST_F(Costs, AFrozenTrialGoesOnWhereItStandsAnotherStartsAnew) {
  const TrialId id = start();
  report(id, 1, 4, 5, 2);
  EXPECT_DOUBLE_EQ(costs().to_reach(*study_.state.find(id), 6), 4);
  study_.pause(id, true, 11);
  EXPECT_DOUBLE_EQ(costs().to_reach(*study_.state.find(id), 6), 4);
  study_.open_session();
  EXPECT_DOUBLE_EQ(costs().to_reach(*study_.state.find(id), 6), 3 + 12)
      << "frozen in a dead session";
}

TEST_F(Costs, GoingOnFromDiskIsBelievedOnceItIsSeen) {
  const TrialId fresh = start();
  report(fresh, 1, 4, 5, 2);
  study_.pause(fresh, false, 11);
  const TrialId resumed = start();
  report(resumed, 1, 4, 5, 2);
  study_.pause(resumed, false, 11);
  study_.start(resumed);
  EXPECT_FALSE(costs().resumes_from_disk());
  report(resumed, 5, 8, 11 + 3 + 2, 2);
  study_.pause(resumed, false, 22);
  EXPECT_TRUE(costs().resumes_from_disk());
  EXPECT_DOUBLE_EQ(costs().to_reach(*study_.state.find(fresh), 6), 3 + 4);
}

TEST_F(Costs, ASecondRunThatRepeatsItsStepsBeganAnew) {
  const TrialId fresh = start();
  report(fresh, 1, 4, 5, 2);
  const TrialId again = start();
  report(again, 1, 4, 5, 2);
  study_.pause(again, false, 11);
  study_.start(again);
  report(again, 1, 8, 11 + 5, 2);
  study_.pause(again, false, 30);
  EXPECT_FALSE(costs().resumes_from_disk());
}

TEST_F(Costs, WholeTrialsHaveAMedianAndAQuickQuarter) {
  for (const double seconds : {10.0, 20.0, 30.0, 40.0, 90.0}) {
    const TrialId id = start();
    study_.report(id, 1, 0.5, seconds);
    study_.end(id, Cause::kComplete, seconds);
  }
  EXPECT_TRUE(costs().knows_wholes());
  EXPECT_DOUBLE_EQ(costs().whole(), 30);
  EXPECT_DOUBLE_EQ(costs().quick_whole(), 20);
}

}  // namespace
}  // namespace hpopt
