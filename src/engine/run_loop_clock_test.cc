// Whose time counts: the monotonic clock's for a duration, the wall clock's for a time of day.
#include <atomic>
#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/run_loop_fixture.h"

namespace hpopt {
namespace {

using Outcome = Summary::Outcome;
using testing::steps;
using RunLoopClock = testing::RunLoopFixture;

TEST_F(RunLoopClock, ASessionMayEndBeforeTheStudysTime) {
  create(100.0);
  settings_.until_utc_ms = clock_.utc_ms() + 10'000;
  SimExecutor executor(clock_, [](const Configuration&) { return steps(1000); });
  EXPECT_EQ(run(executor).outcome, Outcome::kPaused);
  EXPECT_LE(seconds(clock_.monotonic()), 10.0);
  EXPECT_FALSE(folded().ended());
}

TEST_F(RunLoopClock, ATimeOfDayIsKeptByTheWallClock) {
  create(100.0);
  settings_.until_utc_ms = clock_.utc_ms() + 50'000;
  policy_.verdict = [&](const TrialRecord& trial) -> Judgement {
    // The machine sleeps for half a minute, then its clock is set back a little.
    if (trial.last_step() == 10) clock_.set_wall_clock_by(std::chrono::seconds(30));
    if (trial.last_step() == 15) clock_.set_wall_clock_by(-std::chrono::seconds(5));
    return {};
  };
  SimExecutor executor(clock_, [](const Configuration&) { return steps(1000); });
  EXPECT_EQ(run(executor).outcome, Outcome::kPaused);
  EXPECT_LE(seconds(clock_.monotonic()), 25.0);
  EXPECT_GT(seconds(clock_.monotonic()), 20.0);
}

TEST_F(RunLoopClock, ATimeDoesNotHeedTheWallClock) {
  create(30.0);
  policy_.verdict = [&](const TrialRecord& trial) -> Judgement {
    const auto jump = std::chrono::hours(trial.last_step() == 5 ? 1 : 0);
    const auto back = std::chrono::hours(trial.last_step() == 9 ? 5 : 0);
    clock_.set_wall_clock_by(jump - back);
    return {};
  };
  SimExecutor executor(clock_, [](const Configuration&) { return steps(1000); });
  EXPECT_EQ(run(executor).outcome, Outcome::kTimeUp);
  EXPECT_LE(seconds(clock_.monotonic()), 30.0);
  EXPECT_GT(seconds(clock_.monotonic()), 28.0);
  EXPECT_NEAR(seconds(spent()), 30, 1);
}

// A sync that has begun holds up even the end of the process.
TEST_F(RunLoopClock, ASlowDiskIsNotWaitedForNearTheEnd) {
  create(30.0);
  policy_.until = 1;
  policy_.verdict = [](const TrialRecord&) { return Judgement{Course::kStop, {}}; };
  double last_sync = 0;
  before_append_ = [&](Durability durability) {
    if (durability != Durability::kSynced) return;
    last_sync = seconds(clock_.monotonic());
    clock_.advance(std::chrono::seconds(1));
  };
  SimExecutor executor(clock_, [](const Configuration&) { return steps(1000); });
  EXPECT_EQ(run(executor).outcome, Outcome::kTimeUp);
  EXPECT_GT(seconds(clock_.monotonic()) - last_sync, 2.5);
  EXPECT_LT(seconds(clock_.monotonic()) - last_sync, 10);
  EXPECT_LE(seconds(spent()), 30.0);
}

// Once every report that needed no sync made the slow ones be forgotten.
TEST_F(RunLoopClock, ASlowDiskIsRememberedThroughManyReports) {
  policy_.until = 20;
  policy_.verdict = [](const TrialRecord& trial) {
    return trial.last_step() < 20 ? Judgement{} : Judgement{Course::kStop, {}};
  };
  double last_sync = 0;
  before_append_ = [&](Durability durability) {
    if (durability != Durability::kSynced) return;
    last_sync = seconds(clock_.monotonic());
    clock_.advance(std::chrono::seconds(1));
  };
  for (const double time : {30.0, 30.5, 31.0, 31.5, 32.0, 32.5}) {
    create(time);
    SimExecutor executor(clock_, [](const Configuration&) { return steps(1000, 0.05); });
    EXPECT_EQ(run(executor).outcome, Outcome::kTimeUp);
    EXPECT_GT(seconds(clock_.monotonic()) - last_sync, 2.5) << time;
    EXPECT_LT(seconds(clock_.monotonic()) - last_sync, 10) << time;
  }
}

TEST_F(RunLoopClock, TimeStandsStillWhileItIsSuspended) {
  create(30.0);
  std::atomic<int> suspensions{0};
  settings_.suspensions = &suspensions;
  settings_.suspend = [&] { clock_.advance(std::chrono::minutes(10)); };
  policy_.verdict = [&](const TrialRecord& trial) -> Judgement {
    if (trial.last_step() == 10) ++suspensions;
    return {};
  };
  SimExecutor executor(clock_, [](const Configuration&) { return steps(1000); });
  EXPECT_EQ(run(executor).outcome, Outcome::kTimeUp);
  const StudyState state = folded();
  EXPECT_GT(state.find(1)->last_step(), 25);
  EXPECT_LE(state.find(1)->elapsed, 30);
  EXPECT_NEAR(seconds(spent()), 30, 1);
}

TEST_F(RunLoopClock, TimeIsChargedOverSessions) {
  create(10.0);
  std::atomic<int> interrupts{0};
  settings_.interrupts = &interrupts;
  policy_.verdict = [&](const TrialRecord& trial) -> Judgement {
    if (trial.last_step() == 4) interrupts = 1;
    return {};
  };
  SimExecutor executor(clock_, [](const Configuration&) { return steps(1000); });
  EXPECT_EQ(run(executor).outcome, Outcome::kPaused);
  const Nanos middle = clock_.monotonic();
  EXPECT_NEAR(seconds(store_->open(study_).value()->spent().value()), 4, 0.3);
  clock_.advance(std::chrono::hours(5));  // nobody works: not counted
  interrupts = 0;
  policy_.verdict = nullptr;
  EXPECT_EQ(run(executor).outcome, Outcome::kTimeUp);
  EXPECT_NEAR(seconds(clock_.monotonic() - middle) - 5 * 3600, 6, 1);
}

/// Remembers what it was told.
class DeadlineListener final : public SimExecutor {
 public:
  using SimExecutor::SimExecutor;
  void set_deadline(Nanos instant) override { deadlines.push_back(instant); }
  std::vector<Nanos> deadlines;
};

/// We are stopped in the middle of a start, until the time is up.
class StoppedAtAStart final : public SimExecutor {
 public:
  StoppedAtAStart(ManualClock& clock, Behaviour behaviour)
      : SimExecutor(clock, std::move(behaviour)), clock_(clock) {}
  Status start(const Launch& launch) override {
    if (launch.trial == 1) return SimExecutor::start(launch);
    clock_.advance(std::chrono::seconds(100));
    return Error{Code::kUnavailable, "cannot start: the shim has ended", {}, {}};
  }

 private:
  ManualClock& clock_;
};

/// Notes when somebody asked for all processes of all trials.
class LookListener final : public SimExecutor {
 public:
  LookListener(ManualClock& clock, Behaviour behaviour)
      : SimExecutor(clock, std::move(behaviour)), clock_(clock) {}
  std::map<TrialId, std::vector<pid_t>> processes() override {
    looks.push_back(clock_.monotonic());
    return {};
  }
  std::vector<Nanos> looks;

 private:
  ManualClock& clock_;
};

// Once KILL was late where trials had thousands of processes or files.
TEST_F(RunLoopClock, NobodyLooksAroundWhileTrialsAreToEnd) {
  create(100.0);
  std::atomic<int> interrupts{0};
  settings_.interrupts = &interrupts;
  Nanos told{0};
  policy_.verdict = [&](const TrialRecord& trial) -> Judgement {
    if (trial.last_step() == 10 && interrupts.exchange(1) == 0) told = clock_.monotonic();
    return {};
  };
  LookListener executor(clock_, [](const Configuration&) {
    SimTrial trial = steps(1000);
    trial.exit_time = 4;
    return trial;
  });
  EXPECT_EQ(run(executor, 2).outcome, Outcome::kPaused);
  ASSERT_FALSE(executor.looks.empty());
  EXPECT_GT(clock_.monotonic(), told + std::chrono::seconds(3));
  EXPECT_LE(executor.looks.back(), told);
}

// Once such a trial counted as failed.
TEST_F(RunLoopClock, WhatCouldNotStartBecauseTheTimeWasUpHasNotFailed) {
  create(30.0);
  StoppedAtAStart executor(clock_, [](const Configuration&) { return steps(5); });
  EXPECT_EQ(run(executor).outcome, Outcome::kTimeUp);
  const StudyState state = folded();
  EXPECT_EQ(state.find(1)->state, TrialState::kComplete);
  EXPECT_EQ(state.find(2)->state, TrialState::kPaused);
}

// Once the frozen trials were killed when the study's own time would have been up.
TEST_F(RunLoopClock, WhileItIsSuspendedOnlyATimeOfDayComesNearer) {
  create(30.0);
  std::atomic<int> suspensions{0};
  settings_.until_utc_ms = clock_.utc_ms() + 1'000'000;
  settings_.suspensions = &suspensions;
  policy_.verdict = [&](const TrialRecord& trial) -> Judgement {
    if (trial.last_step() == 10) ++suspensions;
    return {};
  };
  DeadlineListener executor(clock_, [](const Configuration&) { return steps(1000); });
  std::vector<Nanos> meanwhile;
  settings_.suspend = [&] {
    meanwhile.push_back(executor.deadlines.back());
    clock_.advance(std::chrono::seconds(100));
  };
  EXPECT_EQ(run(executor).outcome, Outcome::kTimeUp);
  ASSERT_EQ(meanwhile.size(), 1U);
  EXPECT_NEAR(seconds(meanwhile.front()), 1000, 1);
  EXPECT_NEAR(seconds(executor.deadlines.back()), 130, 1);
}

TEST_F(RunLoopClock, ABeatThatFailedAfterItWasChargedIsNotChargedAgain) {
  create(30.0);
  policy_.verdict = [&](const TrialRecord& trial) -> Judgement {
    if (trial.last_step() == 5) mood_ = testing::FailingJournal::Mood::kBeatsUnsure;
    if (trial.last_step() == 15) mood_ = testing::FailingJournal::Mood::kWell;
    return {};
  };
  SimExecutor executor(clock_, [](const Configuration&) { return steps(1000); });
  const RunEnd end = run(executor);
  EXPECT_EQ(end.outcome, Outcome::kTimeUp) << end.reason;
  EXPECT_EQ(spent(), clock_.monotonic());
}

}  // namespace
}  // namespace hpopt
