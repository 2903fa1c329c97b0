#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/run_loop_fixture.h"

namespace hpopt {
namespace {

using Outcome = Summary::Outcome;
using testing::steps;

using RunLoopTest = testing::RunLoopFixture;

TEST_F(RunLoopTest, TrialsThatEndByThemselvesAreComplete) {
  create({});
  policy_.trials = 3;
  SimExecutor executor(clock_, [](const Configuration&) { return steps(4); });
  const RunEnd end = run(executor);
  EXPECT_EQ(end.outcome, Outcome::kFinished);
  EXPECT_EQ(end.reason, "enough");
  const StudyState state = folded();
  EXPECT_EQ(state.counts().complete, 3);
  EXPECT_TRUE(state.ended());
  EXPECT_EQ(state.learnt_length(), 4);
  EXPECT_EQ(state.trials()[0].reports.size(), 4U);
  EXPECT_DOUBLE_EQ(state.trials()[0].elapsed, 4);
}

TEST_F(RunLoopTest, EndsInsideItsTimeAndPausesWhatRuns) {
  create(10.0);
  SimExecutor executor(clock_, [](const Configuration&) { return steps(1000); });
  const Nanos start = clock_.monotonic();
  const RunEnd end = run(executor, 2);
  EXPECT_EQ(end.outcome, Outcome::kTimeUp);
  EXPECT_LE(seconds(clock_.monotonic() - start), 10.0);
  EXPECT_GE(seconds(clock_.monotonic() - start), 9.0);
  const StudyState state = folded();
  EXPECT_EQ(state.counts().paused, 2);
  EXPECT_EQ(state.counts().running, 0);
  EXPECT_NE(state.best(), 0U);
}

TEST_F(RunLoopTest, ATrialThatIgnoresTermIsKilledInTime) {
  create(10.0);
  SimExecutor executor(clock_, [](const Configuration&) {
    SimTrial trial = steps(1000);
    trial.exit_time = 1e6;
    return trial;
  });
  const Nanos start = clock_.monotonic();
  EXPECT_EQ(run(executor).outcome, Outcome::kTimeUp);
  EXPECT_LE(seconds(clock_.monotonic() - start), 10.0);
  EXPECT_EQ(folded().counts().paused, 1);
}

TEST_F(RunLoopTest, APausedTrialIsHeldAndGoesOnWhereItStood) {
  create({});
  policy_.trials = 2;
  policy_.verdict = [&](const TrialRecord& trial) -> Judgement {
    if (trial.id == 1 && trial.last_step() == 3 && trial.decisions.size() == 1) {
      policy_.resume_first = {1};
      return {Course::kPause, {.by = "script", .reason = "wait"}};
    }
    return {};
  };
  SimExecutor executor(clock_, [](const Configuration&) { return steps(6); });
  EXPECT_EQ(run(executor).outcome, Outcome::kFinished);
  const StudyState state = folded();
  EXPECT_EQ(state.counts().complete, 2);
  const TrialRecord& first = state.trials()[0];
  ASSERT_EQ(first.reports.size(), 6U);
  EXPECT_EQ(first.runs, 1);  // thawed, never started again
  EXPECT_DOUBLE_EQ(first.elapsed, 6);
}

TEST_F(RunLoopTest, NoTrialStaysFrozenWhenTheRunIsOver) {
  create({});
  policy_.trials = 1;
  policy_.verdict = [](const TrialRecord&) -> Judgement {
    return {Course::kPause, {.by = "script", .reason = "wait"}};
  };
  SimExecutor executor(clock_, [](const Configuration&) { return steps(6); });
  EXPECT_EQ(run(executor).outcome, Outcome::kFinished);
  const StudyState state = folded();
  const TrialRecord& trial = state.trials()[0];
  EXPECT_EQ(trial.state, TrialState::kPaused);
  EXPECT_FALSE(trial.held);
  ASSERT_EQ(trial.decisions.size(), 3U);  // started, paused, let go
  EXPECT_TRUE(trial.decisions[2].by == "script") << "it waits for the same as before";
}

TEST_F(RunLoopTest, AScriptThatEndsWhereItWasToldToWaitsThere) {
  create({}, {{.name = "epochs", .low = 1, .high = 9}});
  policy_.trials = 1;
  policy_.until = 3;
  const auto until = [](int last) {
    return [last](const Configuration&) {
      SimTrial trial = steps(last);
      trial.resumable = true;
      return trial;
    };
  };
  SimExecutor first(clock_, until(3));
  run(first);
  EXPECT_EQ(folded().counts().paused, 1);
  EXPECT_THAT(folded().trials()[0].decisions.back().reason, ::testing::HasSubstr("told to stop"));

  policy_.resume_first = {1};
  SimExecutor rest(clock_, until(9));
  run(rest);
  EXPECT_EQ(folded().counts().complete, 1);
  EXPECT_EQ(folded().trials()[0].reports.size(), 9U);
}

TEST_F(RunLoopTest, AStoppedTrialFreesItsWorker) {
  create({});
  policy_.trials = 3;
  policy_.verdict = [](const TrialRecord& trial) -> Judgement {
    if (trial.last_step() >= 2) return {Course::kStop, {.by = "script", .reason = "hopeless"}};
    return {};
  };
  SimExecutor executor(clock_, [](const Configuration&) { return steps(100); });
  EXPECT_EQ(run(executor).outcome, Outcome::kFinished);
  EXPECT_EQ(folded().counts().stopped, 3);
  EXPECT_EQ(folded().trials()[2].reports.size(), 2U);
}

TEST_F(RunLoopTest, TwoWorkersRunTwoTrialsAtOnce) {
  create({});
  policy_.trials = 4;
  SimExecutor executor(clock_, [](const Configuration&) { return steps(5); });
  const Nanos start = clock_.monotonic();
  run(executor, 2);
  EXPECT_NEAR(seconds(clock_.monotonic() - start), 10, 0.5);
  EXPECT_NEAR(executor.busy_seconds(), 20, 1e-6);
  EXPECT_EQ(policy_.moments[0].free_slots, 2);
  EXPECT_EQ(policy_.moments[1].free_slots, 1);
}

TEST_F(RunLoopTest, NotANumberIsDiverged) {
  create({});
  policy_.trials = 1;
  SimExecutor executor(clock_, [](const Configuration&) {
    SimTrial trial = steps(5);
    trial.score = [](int step) { return step == 3 ? std::nan("") : 1.0; };
    return trial;
  });
  run(executor);
  const StudyState state = folded();
  EXPECT_EQ(state.counts().diverged, 1);
  EXPECT_EQ(state.trials()[0].reports.size(), 3U);
}

TEST_F(RunLoopTest, AScoreThatIsNoNumberWasPrintedAllTheSame) {
  create({});
  policy_.trials = 1;
  SimExecutor executor(clock_, [](const Configuration&) {
    SimTrial trial = steps(5);
    trial.score = [](int) { return std::nan(""); };
    return trial;
  });
  run(executor);
  EXPECT_EQ(folded().counts().diverged, 1);
  EXPECT_TRUE(listener_.notes.empty()) << listener_.notes[0];
}

TEST_F(RunLoopTest, NotANumberIsDivergedHoweverItsReportsArrive) {
  create({});
  policy_.trials = 1;
  SimExecutor executor(clock_, [](const Configuration&) {
    SimTrial trial = steps(5, 0);  // all in one go
    trial.score = [](int step) { return step == 3 ? std::nan("") : 1.0; };
    return trial;
  });
  run(executor);
  EXPECT_EQ(folded().counts().diverged, 1);
}

TEST_F(RunLoopTest, ANonZeroExitFailsTheTrialAndTheStudyGoesOn) {
  create({});
  policy_.trials = 2;
  SimExecutor executor(clock_, [](const Configuration& configuration) {
    SimTrial trial = steps(2);
    trial.exit_code = configuration.get("x")->as_int() == 0 ? 3 : 0;
    return trial;
  });
  run(executor);
  const StudyState state = folded();
  EXPECT_EQ(state.counts().failed, 1);
  EXPECT_EQ(state.counts().complete, 1);
  EXPECT_EQ(state.trials()[0].exit_code, 3);
  EXPECT_THAT(state.trials()[0].message, ::testing::HasSubstr("exited with 3"));
}

TEST_F(RunLoopTest, NumbersThatAreNoScoresDivergeWhicheverWayIsBetter) {
  for (const double odd : {-HUGE_VAL, HUGE_VAL, 1e308, -1e308, std::nan("")}) {
    create({});
    policy_.trials = 1;
    SimExecutor executor(clock_, [odd](const Configuration&) {
      SimTrial trial = steps(5);
      trial.score = [odd](int step) { return step == 1 ? odd : 0.1 * step; };  // it recovers
      return trial;
    });
    run(executor);
    const StudyState state = folded();
    EXPECT_EQ(state.counts().diverged, 1) << odd;
    EXPECT_EQ(state.best(), 0U) << odd;
    EXPECT_EQ(state.trials()[0].reports.size(), 1U) << "it was stopped";
    EXPECT_THAT(state.trials()[0].decisions.back().reason, ::testing::HasSubstr("its score is"));
  }
}

TEST_F(RunLoopTest, WhoRanOutOfMemoryIsNamedWithWhoseItWas) {
  create({});
  policy_.trials = 2;
  SimExecutor executor(clock_, [](const Configuration& configuration) {
    SimTrial trial = steps(2);
    trial.exit_code = 1;
    trial.short_of = configuration.get("x")->as_int() == 0 ? Memory::kDevice : Memory::kHost;
    return trial;
  });
  run(executor);
  const StudyState state = folded();
  EXPECT_EQ(state.counts().out_of_memory, 2);
  EXPECT_EQ(state.trials()[0].memory, Memory::kDevice);
  EXPECT_EQ(state.trials()[0].decisions.back().reason, "it ran out of GPU memory");
  EXPECT_EQ(state.trials()[1].memory, Memory::kHost);
  EXPECT_EQ(state.trials()[1].decisions.back().reason, "it ran out of memory");
  ASSERT_EQ(listener_.notes.size(), 1U);  // what could be done, once
  EXPECT_THAT(listener_.notes[0], ::testing::HasSubstr("no parameter holds the batch size"));
}

TEST_F(RunLoopTest, AShortageThatWasMendedIsNone) {
  create({});
  policy_.trials = 2;
  SimExecutor executor(clock_, [](const Configuration& configuration) {
    SimTrial trial = steps(2);
    trial.short_of = Memory::kDevice;  // its log says so, and it exits with 0
    if (configuration.get("x")->as_int() == 1) trial.metric = "loss";
    return trial;
  });
  run(executor);
  EXPECT_EQ(folded().counts().complete, 1);
  EXPECT_EQ(folded().counts().out_of_memory, 1) << "the one without a score";
}

TEST_F(RunLoopTest, ALateMetricTakesTheNoteBack) {
  create({});
  policy_.trials = 1;
  SimExecutor executor(clock_, [](const Configuration&) {
    SimTrial trial = steps(12);
    trial.metric_of = [](int step) { return step < 11 ? "loss" : "score"; };
    return trial;
  });
  run(executor);
  EXPECT_EQ(folded().counts().complete, 1);
  ASSERT_EQ(listener_.notes.size(), 2U);
  EXPECT_THAT(listener_.notes[0], ::testing::HasSubstr("is not printed so far"));
  EXPECT_EQ(listener_.notes[1], "trial 1: metric 'score' has come after all");
}

TEST_F(RunLoopTest, StepsMayRepeatGoBackwardsAndJump) {
  struct Case {
    std::vector<double> steps;
    std::vector<double> kept;  ///< Steps, ascending.
    double best;               ///< Of the scores 1, 2, 3, ...
  };
  for (const Case& each : std::vector<Case>{
           {{1, 2, 3, 1, 2, 3}, {1, 2, 3}, 6},  // begins anew: the last of a step counts
           {{3, 2, 1}, {1, 2, 3}, 3},
           {{2, 2, 2, 2}, {2}, 4},
           {{1, 1e15, 3}, {1, 3, 1e15}, 3},
           {{0.5, 0.25, 1.75}, {0.25, 0.5, 1.75}, 3},
           {{-1, 1, 2}, {-1, 1, 2}, 3},
       }) {
    create({});
    policy_.trials = 1;
    SimExecutor executor(clock_, [&](const Configuration&) {
      SimTrial trial = steps(static_cast<int>(each.steps.size()));
      trial.score = [](int step) { return 1.0 * step; };
      trial.step = [&](int step) { return each.steps[static_cast<std::size_t>(step - 1)]; };
      return trial;
    });
    EXPECT_EQ(run(executor).outcome, Outcome::kFinished);
    const StudyState state = folded();
    ASSERT_EQ(state.counts().complete, 1);
    std::vector<double> kept;
    for (const Report& report : state.trials()[0].reports) kept.push_back(report.step);
    EXPECT_EQ(kept, each.kept);
    EXPECT_EQ(state.best_score(), each.best);
  }
}

TEST_F(RunLoopTest, AStepThatIsNoNumberIsPassedOver) {
  create({});
  policy_.trials = 1;
  SimExecutor executor(clock_, [](const Configuration&) {
    SimTrial trial = steps(5);
    trial.step = [](int step) { return step == 3 ? INFINITY : 1.0 * step; };
    return trial;
  });
  EXPECT_EQ(run(executor).outcome, Outcome::kFinished);
  EXPECT_EQ(folded().counts().complete, 1);
  EXPECT_EQ(folded().trials()[0].reports.size(), 4U);
}

TEST_F(RunLoopTest, ASilentTrialIsNamedInTime) {
  create(40.0);
  SimExecutor executor(clock_, [](const Configuration&) { return steps(2, 1000); });
  run(executor);
  ASSERT_FALSE(listener_.notes.empty());
  EXPECT_THAT(listener_.notes[0], ::testing::HasSubstr("trial 1 has printed nothing"));
  EXPECT_THAT(listener_.notes[0], ::testing::HasSubstr("--pty"));
}

TEST_F(RunLoopTest, TheMetricsRealNameIsOfferedWhileTheTrialRuns) {
  create({});
  policy_.trials = 1;
  SimExecutor executor(clock_, [](const Configuration&) {
    SimTrial trial = steps(20);
    trial.metric = "scores";
    return trial;
  });
  run(executor);
  ASSERT_FALSE(listener_.notes.empty());
  EXPECT_EQ(listener_.notes[0],
            "trial 1: metric 'score' is not printed so far; seen: scores; did you mean 'scores'?");
  EXPECT_EQ(folded().counts().failed, 1);
}

TEST_F(RunLoopTest, AnInterruptPausesAndTheNextRunGoesOn) {
  create(100.0);
  policy_.trials = 1;
  std::atomic<int> interrupts{0};
  settings_.interrupts = &interrupts;
  policy_.verdict = [&](const TrialRecord& trial) -> Judgement {
    if (trial.last_step() == 5) interrupts = 1;
    return {};
  };
  const auto behaviour = [](const Configuration&) {
    SimTrial trial = steps(10);
    trial.resumable = true;
    return trial;
  };
  SimExecutor executor(clock_, behaviour);
  EXPECT_EQ(run(executor).outcome, Outcome::kPaused);
  EXPECT_EQ(folded().counts().paused, 1);
  EXPECT_FALSE(folded().ended());

  interrupts = 0;
  policy_.verdict = nullptr;
  policy_.resume_first = {1};
  EXPECT_EQ(run(executor).outcome, Outcome::kFinished);
  const StudyState state = folded();
  EXPECT_EQ(state.counts().complete, 1);
  EXPECT_EQ(state.trials()[0].runs, 2);
  EXPECT_EQ(state.trials()[0].reports.size(), 10U);
}

TEST_F(RunLoopTest, AUserElsewhereStopsTheStudy) {
  create(100.0);
  policy_.verdict = [&](const TrialRecord& trial) -> Judgement {
    if (trial.last_step() == 3) {
      std::vector<Fact> request{{{}, Requested{Wish::kStop, "k"}}};
      EXPECT_TRUE(store_->open(study_).value()->append(request, Durability::kSynced).ok());
    }
    return {};
  };
  SimExecutor executor(clock_, [](const Configuration&) { return steps(1000); });
  const RunEnd end = run(executor);
  EXPECT_EQ(end.outcome, Outcome::kStopped);
  EXPECT_LT(seconds(clock_.monotonic()), 5);
  EXPECT_TRUE(folded().ended());
}

TEST_F(RunLoopTest, ATrialLeftRunningByADeadSessionIsPaused) {
  create({});
  {
    auto session = Session::open(store_->open(study_).value(), clock_).value();
    EXPECT_TRUE(session->announce("simulated").ok());
    auto decider = HeldLease::take(session->journal(), kDecider).value();
    Configuration configuration;
    configuration.set("x", 7);
    ASSERT_TRUE(
        session
            ->append(
                {Suggested{.trial = 1,
                           .configuration = configuration,
                           .request = "r",
                           .epoch = decider.epoch()},
                 Started{.trial = 1, .token = 1},
                 Reported{
                     .trial = 1, .token = 1, .sequence = 1, .step = 1, .value = 0.5, .elapsed = 2}},
                Durability::kSynced)
            .ok());
  }
  policy_.trials = 1;
  policy_.resume_first = {1};
  SimExecutor executor(clock_, [](const Configuration&) { return steps(3); });
  run(executor);
  const StudyState state = folded();
  EXPECT_EQ(state.counts().complete, 1);
  EXPECT_EQ(state.trials()[0].runs, 2);
  EXPECT_DOUBLE_EQ(state.trials()[0].elapsed, 5);  // 2 before, 3 again
}

TEST_F(RunLoopTest, ATrialLeftFrozenByADeadSessionIsNotHeldAnyMore) {
  create({});
  {
    auto session = Session::open(store_->open(study_).value(), clock_).value();
    EXPECT_TRUE(session->announce("simulated").ok());
    Configuration configuration;
    configuration.set("x", 7);
    ASSERT_TRUE(session
                    ->append({Suggested{.trial = 1, .configuration = configuration, .request = "r"},
                              Started{.trial = 1, .token = 1},
                              Paused{.trial = 1, .token = 1, .held = true, .elapsed = 2}},
                             Durability::kSynced)
                    .ok());
  }
  policy_.trials = 1;
  policy_.resume_first = {1};
  SimExecutor executor(clock_, [](const Configuration&) { return steps(3); });
  run(executor);
  const StudyState state = folded();
  const TrialRecord& trial = state.trials()[0];
  EXPECT_EQ(trial.state, TrialState::kComplete);
  EXPECT_EQ(trial.runs, 2);
}

}  // namespace
}  // namespace hpopt
