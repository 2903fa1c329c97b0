// What several study objects and processes may do with one trial, and what a trial may be told.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <limits>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "hpopt/hpopt.h"

namespace hpopt {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

class StudyTrials : public ::testing::Test {
 protected:
  StudyTrials() {
    options_.storage = testing::fresh_folder();
    (void)options_.space.add({.name = "x", .domain = FloatDomain{-1, 1}});
  }
  Study open(Options options) { return Study::open("trials", std::move(options)).value(); }
  Study open() { return open(options_); }
  /// As another process would that knows its name only.
  Study open_again() { return open({.storage = options_.storage}); }

  Options options_;
};

TEST_F(StudyTrials, AreToldWhole) {
  options_.early_stop = "none";
  auto study = open();
  EXPECT_THAT(study.trials(), IsEmpty());
  EXPECT_EQ(study.space(), options_.space) << "declared, though there is no study yet";
  auto first = study.ask().value();
  first.report(1, 0.25);
  first.report(3, 0.5);
  ASSERT_TRUE(study.tell(std::move(first), 0.75).ok());
  ASSERT_TRUE(study.fail(study.ask().value(), "no convergence").ok());
  const Trial third = study.ask().value();
  const auto trials = study.trials();
  ASSERT_THAT(trials, SizeIs(3));
  EXPECT_EQ(trials[0].number, 1U);
  EXPECT_EQ(trials[0].state, "complete");
  EXPECT_EQ(trials[0].score, 0.75);
  EXPECT_THAT(trials[0].reports, ElementsAre(Pair(1, 0.25), Pair(3, 0.75)));
  EXPECT_TRUE(trials[0].params.has("x"));
  EXPECT_EQ(trials[1].state, "failed");
  EXPECT_EQ(trials[1].reason, "no convergence");
  EXPECT_FALSE(trials[1].score.has_value());
  EXPECT_EQ(trials[2].state, "running");
  EXPECT_EQ(trials[2].params, third.params());
  EXPECT_THAT(open_again().trials(), SizeIs(3));
  EXPECT_EQ(open_again().space(), options_.space);
}

TEST_F(StudyTrials, AreHeardFromWhoAttaches) {
  auto study = open();
  const Trial asked = study.ask().value();
  auto other = open_again();
  {
    auto attached = other.attach(asked.number()).value();
    EXPECT_EQ(attached.params(), asked.params());
    EXPECT_EQ(attached.report(1, 0.5), Verdict::kContinue);
  }
  EXPECT_EQ(study.trials()[0].state, "running") << "who only attached does not release it";
  auto attached = other.attach(asked.number()).value();
  ASSERT_TRUE(other.tell(std::move(attached), 0.75).ok());
  EXPECT_EQ(study.trials()[0].state, "complete");
  EXPECT_EQ(study.trials()[0].score, 0.75);
}

TEST_F(StudyTrials, BothMayReport) {
  auto study = open();
  auto asked = study.ask().value();
  auto other = open_again();
  auto attached = other.attach(1).value();
  for (int step = 1; step <= 6; step += 2) {
    EXPECT_EQ(asked.report(step, 0.1 * step), Verdict::kContinue);
    EXPECT_EQ(attached.report(step + 1, 0.1 * step), Verdict::kContinue);
  }
  EXPECT_THAT(study.trials()[0].reports, SizeIs(6));
}

TEST_F(StudyTrials, CanOnlyBeAttachedToWhileTheyRun) {
  auto study = open();
  EXPECT_EQ(study.attach(1).error().code, Code::kNotFound) << "there is no study";
  ASSERT_TRUE(study.tell(study.ask().value(), 1).ok());
  EXPECT_EQ(study.attach(2).error().code, Code::kNotFound);
  EXPECT_EQ(study.attach(0).error().code, Code::kNotFound);
  const auto over = study.attach(1);
  EXPECT_EQ(over.error().code, Code::kConflict);
  EXPECT_THAT(over.error().what, HasSubstr("complete"));
}

TEST_F(StudyTrials, KeepWhatTheyHaveDeclaredForWhoAttaches) {
  options_.space = {};
  auto study = open();
  auto asked = study.ask().value();
  const double lr = asked.suggest_float("lr", 1e-5, 1, {.log = true});
  auto other = open_again();
  auto attached = other.attach(1).value();
  EXPECT_EQ(attached.params().get("lr")->as_double(), lr);
  EXPECT_EQ(attached.suggest_float("lr", 1e-5, 1, {.log = true}), lr);
  ASSERT_TRUE(other.tell(std::move(attached), 1).ok());
  EXPECT_EQ(study.trials()[0].params.get("lr")->as_double(), lr);
}

TEST_F(StudyTrials, OfASessionAtWorkAreNoOrphans) {
  std::optional<Study> first(open());
  auto second = open_again();
  auto trial = second.ask().value();
  first.reset();
  auto third = open_again();
  EXPECT_EQ(trial.report(1, 0.5), Verdict::kContinue);
  EXPECT_TRUE(second.tell(std::move(trial), 0.5).ok());
}

TEST_F(StudyTrials, OfAProcessThatWasKilledGoOnElsewhere) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t program = ::fork();
  if (program == 0) {
    auto study = open();
    const auto trial = study.ask().value();
    (void)!::write(ends[1], "a", 1);
    for (;;) ::pause();
  }
  char asked = 0;
  ASSERT_EQ(::read(ends[0], &asked, 1), 1);
  auto study = open();
  EXPECT_EQ(study.ask().value().number(), 2U);
  EXPECT_EQ(study.trials()[0].state, "running");
  ::kill(program, SIGKILL);
  ::waitpid(program, nullptr, 0);
  std::this_thread::sleep_for(1100ms);  // a beat
  EXPECT_EQ(study.ask().value().number(), 1U);
  for (const int end : ends) ::close(end);
}

TEST_F(StudyTrials, InMemoryLeaveNothingOnTheDisk) {
  std::string folder;
  {
    auto study = open({.storage = "memory:", .space = options_.space});
    const auto trial = study.ask().value();
    folder = trial.checkpoint_dir();
    EXPECT_TRUE(std::filesystem::exists(folder));
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_F(StudyTrials, ADeclaredSpaceMayGrow) {
  auto study = open();
  auto trial = study.ask().value();
  const auto n = trial.suggest_int("n", 1, 8);
  EXPECT_EQ(trial.params().get("n")->as_int(), n);
  ASSERT_TRUE(study.tell(std::move(trial), 1).ok());
  EXPECT_EQ(study.trials()[0].params.get("n")->as_int(), n);
}

TEST_F(StudyTrials, AreSearchedForAsToldTo) {
  Options grid{.storage = "memory:", .sampler = "grid"};
  ASSERT_TRUE(grid.space.add({.name = "n", .domain = IntDomain{1, 3}}).ok());
  auto study = open(grid);
  for (int n = 1; n <= 3; ++n) {
    auto trial = study.ask().value();
    EXPECT_EQ(trial.params().get("n")->as_int(), n);
    ASSERT_TRUE(study.tell(std::move(trial), n).ok());
  }
  EXPECT_EQ(study.ask().error().code, Code::kNotFound);
}

TEST_F(StudyTrials, AreHalvedFromTheLeastSteps) {
  options_.early_stop = "hyperband";
  options_.min_steps = 4;
  options_.reduction_factor = 2;
  options_.full_steps = 16;
  auto study = open();
  auto first = study.ask().value();
  for (int step = 1; step <= 16; ++step) first.report(step, 1);
  ASSERT_TRUE(study.tell(std::move(first), 1).ok());
  auto second = study.ask().value();
  for (int step = 1; step < 4; ++step) EXPECT_EQ(second.report(step, 0), Verdict::kContinue);
  EXPECT_EQ(second.report(4, 0), Verdict::kPause);
}

TEST_F(StudyTrials, OptionsOfTheSearchAreChecked) {
  const auto where = [](const Options& options) { return options.validate().error().where; };
  EXPECT_EQ(where({.sampler = "bayess"}), "sampler");
  EXPECT_EQ(where({.early_stop = "medium"}), "early_stop");
  EXPECT_THAT(Options{.early_stop = "medium"}.validate().error().what, HasSubstr("'median'"));
  EXPECT_EQ(where({.min_steps = -1}), "min_steps");
  EXPECT_EQ(where({.reduction_factor = 1}), "reduction_factor");
  EXPECT_EQ(where({.reduction_factor = std::nan("")}), "reduction_factor");
  options_.batch_size = "y";
  EXPECT_THAT(Study::open("batch", options_).error().what, HasSubstr("'y'"));
  options_.batch_size = {};
  options_.sampler = "grid";
  EXPECT_THAT(Study::open("grid", options_).error().what, HasSubstr("finite"));
}

TEST_F(StudyTrials, OneCallMayHaveOtherBounds) {
  options_.trials = 3;
  auto study = open();
  const auto objective = [](Trial& trial) { return trial.params().get("x")->as_double(); };
  EXPECT_EQ(study.optimize(objective).complete, 3);
  EXPECT_EQ(study.optimize(objective, {.trials = 5}).complete, 5);
  EXPECT_EQ(study.optimize(objective).complete, 5) << "it is the study's bound from then on";
  options_.trials = 7;
  auto again = open();
  EXPECT_EQ(again.optimize(objective).complete, 7) << "as more trials at open() are";
  EXPECT_EQ(again.optimize(objective, {.trials = -1}).outcome, Summary::Outcome::kError);
}

TEST_F(StudyTrials, OneCallMayHaveLessTimeOrMore) {
  options_.time = 1s;
  auto study = open();
  const auto objective = [](Trial& trial) {
    std::this_thread::sleep_for(20ms);
    return trial.params().get("x")->as_double();
  };
  const Summary less = study.optimize(objective, {.time = 300ms});
  EXPECT_EQ(less.outcome, Summary::Outcome::kPaused) << less.brief();
  EXPECT_NEAR(less.seconds, 0.3, 0.2);
  std::this_thread::sleep_for(500ms);  // nothing works on it: its time stands still
  const Summary rest = study.optimize(objective);
  EXPECT_NE(rest.outcome, Summary::Outcome::kPaused) << rest.brief();
  EXPECT_NEAR(rest.seconds, 1, 0.2);
  const Summary more = study.optimize(objective, {.time = 1300ms});
  EXPECT_NEAR(more.seconds, 1.3, 0.2);
  EXPECT_GT(more.complete, rest.complete);
}

TEST_F(StudyTrials, AResultIsToldOnce) {
  auto study = open();
  auto trial = study.ask().value();
  ASSERT_TRUE(study.tell(trial, 0.5).ok());
  EXPECT_EQ(trial.number(), 1U) << "it is still there";
  const Status twice = study.tell(trial, 0.75);
  EXPECT_EQ(twice.error().code, Code::kConflict);
  EXPECT_EQ(twice.error().what, "trial 1 has its result already");
  EXPECT_EQ(study.fail(trial, "late").error().code, Code::kConflict);
  EXPECT_EQ(trial.report(2, 1), Verdict::kStop);
  EXPECT_THAT(study.trials()[0].reports, ElementsAre(Pair(1, 0.5)));
  auto failed = study.ask().value();
  ASSERT_TRUE(study.fail(failed, "no luck").ok());
  EXPECT_EQ(study.tell(failed, 1).error().code, Code::kConflict);
}

TEST_F(StudyTrials, AResultToldElsewhereStands) {
  auto study = open();
  auto asked = study.ask().value();
  auto other = open_again();
  ASSERT_TRUE(other.tell(other.attach(1).value(), 0.5).ok());
  EXPECT_EQ(study.tell(asked, 0.75).error().what, "trial 1 has its result already");
  EXPECT_EQ(asked.report(2, 1), Verdict::kLost);
  EXPECT_EQ(study.trials()[0].score, 0.5);
}

TEST_F(StudyTrials, AfterAVerdictAResultIsPassedOver) {
  auto study = open();
  auto trial = study.ask().value();
  EXPECT_EQ(trial.report(1, std::numeric_limits<double>::infinity()), Verdict::kStop);
  EXPECT_EQ(trial.report(2, 1), Verdict::kStop) << "the verdict that ended it";
  EXPECT_TRUE(study.tell(trial, 1).ok()) << "it is not heard";
  EXPECT_EQ(study.tell(trial, 1).error().code, Code::kConflict);
  EXPECT_EQ(study.trials()[0].state, "diverged");
  EXPECT_FALSE(study.trials()[0].score.has_value());
}

TEST_F(StudyTrials, AMovedTrialHasNoResult) {
  auto study = open();
  auto trial = study.ask().value();
  auto moved = std::move(trial);
  EXPECT_EQ(study.tell(trial, 1).error().code, Code::kInvalid);  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(study.tell(moved, 1).ok());
}

TEST_F(StudyTrials, StepsMayGoBackButNotBelowOne) {
  options_.early_stop = "none";
  auto study = open();
  auto trial = study.ask().value();
  trial.report(3, 0.25);
  trial.report(2, 0.5);
  trial.report(3, 0.125);
  EXPECT_THROW(trial.report(0, 1), Exception);
  EXPECT_THROW(trial.report(-1, 1), Exception);
  EXPECT_THAT(study.trials()[0].reports, ElementsAre(Pair(2, 0.5), Pair(3, 0.125)));
  EXPECT_TRUE(study.tell(trial, 0.75).ok()) << "a report that throws ends nothing";
}

TEST_F(StudyTrials, AForkedProcessThatEndsChangesNothing) {
  auto study = std::make_optional(open());
  auto trial = std::make_optional(study->ask().value());
  ASSERT_EQ(trial->report(1, 0.25), Verdict::kContinue);
  const pid_t forked = fork();
  if (forked == 0) {
    trial.reset();
    study.reset();
    _exit(0);
  }
  ASSERT_EQ(waitpid(forked, nullptr, 0), forked);
  EXPECT_EQ(study->trials()[0].state, "running");
  EXPECT_EQ(trial->report(2, 0.5), Verdict::kContinue);
  EXPECT_TRUE(study->tell(*trial, 0.75).ok());
  EXPECT_EQ(study->best()->score, 0.75);
}

TEST_F(StudyTrials, EnqueuedAreTriedFirst) {
  ASSERT_TRUE(
      options_.space.add({.name = "opt", .domain = CategoricalDomain{{"sgd", "adam"}, {}}}).ok());
  ASSERT_TRUE(options_.space
                  .add({.name = "momentum",
                        .domain = FloatDomain{0, 0.99},
                        .when = {{"opt", {"sgd"}}},
                        .default_value = 0.9})
                  .ok());
  {
    auto study = open();
    ASSERT_TRUE(study.enqueue({{"x", 1}, {"opt", "sgd"}}).ok());
    ASSERT_TRUE(study.enqueue({{"x", 0.25}}).ok());
    EXPECT_EQ(study.trials()[0].state, "waiting");
  }
  auto study = open_again();
  const auto first = study.ask().value();
  EXPECT_EQ(first.number(), 1U);
  EXPECT_EQ(first.params(), Configuration({{"x", 1.0}, {"opt", "sgd"}, {"momentum", 0.9}}))
      << first.params().json();
  const auto second = study.ask().value();
  EXPECT_EQ(*second.params().get("x"), Value(0.25));
  EXPECT_TRUE(second.params().has("opt"));
  EXPECT_TRUE(study.space().check(second.params()).ok());
  EXPECT_EQ(study.ask().value().number(), 3U);
}

TEST_F(StudyTrials, WhatIsOutsideTheSpaceIsNotEnqueued) {
  ASSERT_TRUE(options_.space.add({.name = "n", .domain = IntDomain{2, 8, Scale::kLinear, 2}}).ok());
  ASSERT_TRUE(options_.space.add({.name = "warmup", .domain = IntDomain{1, 8}}).ok());
  for (const Constraint& constraint : parse_constraint("warmup < n").value()) {
    ASSERT_TRUE(options_.space.add(constraint).ok());
  }
  options_.trials = 1;
  auto study = open();
  const auto refused = [&](const Configuration& wanted) { return study.enqueue(wanted).error(); };
  EXPECT_EQ(refused({{"x", 2}}).where, "x");
  EXPECT_EQ(refused({{"n", 3}}).where, "n");
  EXPECT_EQ(refused({{"n", "many"}}).where, "n");
  EXPECT_THAT(refused({{"warm_up", 1}}).what, HasSubstr("did you mean 'warmup'"));
  EXPECT_EQ(refused({{"warmup", 8}}).code, Code::kInvalid) << "no n is above it";
  EXPECT_TRUE(study.enqueue({{"warmup", 7}}).ok());
  EXPECT_EQ(*study.trials()[0].params.get("n"), Value(8)) << "the only one that fits";
  EXPECT_EQ(refused({{"warmup", 1}}).code, Code::kNotFound) << "all trials are there";
}

TEST_F(StudyTrials, EnqueuedBeforeTheSpaceIsKnown) {
  options_.space = {};
  auto study = open();
  ASSERT_TRUE(study.enqueue({{"lr", 1}, {"unused", "text"}}).ok());
  ASSERT_TRUE(study.enqueue({{"lr", 2}}).ok());
  ASSERT_TRUE(study.enqueue({{"lr", "high"}}).ok());
  for (double known : {1.0, 2.0}) {
    auto trial = study.ask().value();
    EXPECT_EQ(trial.suggest_float("lr", 1e-5, 10, {.log = true}), known);
    trial.suggest_int("n", 1, 8);
    ASSERT_TRUE(study.tell(trial, known).ok());
    EXPECT_THAT(study.trials()[trial.number() - 1].params, SizeIs(2));
  }
  auto wrong = study.ask().value();
  EXPECT_THROW(wrong.suggest_float("lr", 1e-5, 10, {.log = true}), Exception);
  EXPECT_EQ(study.enqueue({{"lr", 11}}).error().where, "lr") << "by now it is known";
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(study.tell(study.ask().value(), i).ok());
}

TEST_F(StudyTrials, EnqueuedReopenAStudyThatHasTrialsLeft) {
  options_.time = 5s;
  options_.trials = 2;
  auto study = open();
  const auto objective = [](Trial& trial) { return trial.params().get("x")->as_double(); };
  study.optimize(objective);
  ASSERT_FALSE(study.enqueue({{"x", 0.5}}).ok());
  options_.trials = 3;
  auto more = open();
  ASSERT_TRUE(more.enqueue({{"x", 0.5}}).ok());
  const Summary summary = more.optimize(objective);
  EXPECT_EQ(summary.complete, 3) << summary.brief();
  EXPECT_EQ(more.trials()[2].score, 0.5);
}

}  // namespace
}  // namespace hpopt
