#include <atomic>
#include <cmath>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "engine/inheritance.h"
#include "engine/replay.h"
#include "hpopt/hpopt.h"
#include "storage/open_store.h"
#include "study/fold.h"

namespace hpopt {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using Outcome = Summary::Outcome;

Space line() {
  Space space;
  EXPECT_TRUE(space.add({.name = "x", .domain = FloatDomain{-1, 1}}).ok());
  return space;
}

TEST(StudyApi, AskAndTellFindTheBest) {
  auto study =
      Study::open("ask", {.maximize = false, .trials = 30, .storage = "memory:", .space = line()})
          .value();
  for (int i = 0; i < 30; ++i) {
    Trial trial = study.ask().value();
    const double x = trial.params().get("x")->as_double();
    ASSERT_TRUE(study.tell(std::move(trial), (x - 0.3) * (x - 0.3)).ok());
  }
  const auto past = study.ask();
  ASSERT_FALSE(past.ok());
  EXPECT_EQ(past.error().code, Code::kNotFound);
  ASSERT_TRUE(study.best().has_value());
  EXPECT_LT(study.best()->score, 0.05);
  EXPECT_EQ(study.summary().complete, 30);
}

/// What a study with this seed asks for.
std::string asked_for(const std::string& sampler, std::uint64_t seed) {
  auto study = Study::open("same", {.maximize = false,
                                    .trials = 25,
                                    .seed = seed,
                                    .storage = "memory:",
                                    .space = line(),
                                    .sampler = sampler})
                   .value();
  std::string asked;
  for (int i = 0; i < 25; ++i) {
    Trial trial = study.ask().value();
    asked += trial.params().json();
    const double x = trial.params().get("x")->as_double();
    EXPECT_TRUE(study.tell(std::move(trial), (x - 0.3) * (x - 0.3)).ok());
  }
  return asked;
}

TEST(StudyApi, StudiesInThreadsAskForTheSameAsAlone) {
  for (const std::string sampler : {"auto", "tpe", "gp", "random"}) {
    std::vector<std::string> asked(8);
    {
      std::vector<std::jthread> threads;
      for (std::size_t i = 0; i < asked.size(); ++i) {
        threads.emplace_back([&, i] { asked[i] = asked_for(sampler, i); });
      }
    }
    for (std::size_t i = 0; i < asked.size(); ++i) EXPECT_EQ(asked[i], asked_for(sampler, i));
    EXPECT_NE(asked[0], asked[1]) << sampler;
  }
}

// Nobody knows what a trial will suggest, so nothing is used up.
TEST(StudyApi, DefineByRunAsksAsOftenAsItIsAsked) {
  auto study = Study::open("open", {.storage = "memory:"}).value();
  Trial first = study.ask().value();
  Trial second = study.ask().value();
  for (int i = 0; i < 6; ++i) {
    Trial trial = study.ask().value();
    const Value choice = trial.suggest_categorical("choice", {"a", "b"});
    ASSERT_TRUE(study.tell(std::move(trial), choice == Value("a") ? 1 : 0).ok());
  }
  EXPECT_EQ(study.summary().complete, 6);
}

TEST(StudyApi, DefineByRunLearnsTheSpaceAsItGoes) {
  auto study = Study::open("dbr", {.trials = 25, .storage = "memory:"}).value();
  const Summary summary = study.optimize([](Trial& trial) {
    const Value kind = trial.suggest_categorical("kind", {"square", "line"});
    if (kind == Value("square")) {
      const double x = trial.suggest_float("x", -1, 1);
      EXPECT_EQ(trial.suggest_float("x", -1, 1), x);  // asked twice: the same
      return 1 - x * x;
    }
    return 0.01 * static_cast<double>(trial.suggest_int("n", 1, 8));
  });
  EXPECT_EQ(summary.outcome, Outcome::kFinished) << summary.brief();
  EXPECT_EQ(summary.complete, 25);
  ASSERT_TRUE(summary.best.has_value());
  EXPECT_EQ(*summary.best->params.get("kind"), Value("square"));
  EXPECT_FALSE(summary.best->params.has("n"));
  EXPECT_GT(summary.best->score, 0.9);
}

TEST(StudyApi, AChangedRangeUnderTheSameNameIsAnError) {
  auto study = Study::open("range", {.trials = 5, .storage = "memory:"}).value();
  Trial first = study.ask().value();
  first.suggest_float("x", 0, 1);
  Trial second = study.ask().value();
  EXPECT_THROW(second.suggest_float("x", 0, 2), Exception);
  EXPECT_THROW(second.suggest_float("y", 1, 0), Exception);
}

TEST(StudyApi, ADroppedTrialIsAsIfNeverAsked) {
  auto study = Study::open("drop", {.trials = 3, .storage = "memory:", .space = line()}).value();
  { Trial dropped = study.ask().value(); }
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(study.tell(study.ask().value(), i).ok());
  EXPECT_FALSE(study.ask().ok());
  EXPECT_EQ(study.summary().complete, 3);
}

TEST(StudyApi, AFailedTrialCountsAsFailed) {
  auto study = Study::open("fail", {.trials = 2, .storage = "memory:", .space = line()}).value();
  ASSERT_TRUE(study.fail(study.ask().value(), "no convergence").ok());
  ASSERT_TRUE(study.tell(study.ask().value(), 1).ok());
  EXPECT_EQ(study.summary().failed, 1);
}

TEST(StudyApi, AnExceptionFailsItsTrialOnly) {
  auto study = Study::open("throw", {.trials = 6, .storage = "memory:", .space = line()}).value();
  int calls = 0;
  const Summary summary = study.optimize([&](Trial& trial) {
    if (++calls % 2 == 0) throw std::runtime_error("boom");
    return trial.params().get("x")->as_double();
  });
  EXPECT_EQ(summary.complete, 3);
  EXPECT_EQ(summary.failed, 3);
}

TEST(StudyApi, StateIsInTheStorage) {
  const std::string storage = testing::fresh_folder();
  double best = 0;
  {
    auto study = Study::open("kept", {.trials = 5, .storage = storage, .space = line()}).value();
    const Summary summary =
        study.optimize([](Trial& trial) { return trial.params().get("x")->as_double(); });
    EXPECT_EQ(summary.complete, 5);
    best = summary.best->score;
  }
  auto again = Study::open("kept", {.trials = 5, .storage = storage, .space = line()}).value();
  EXPECT_EQ(again.best()->score, best);
  EXPECT_FALSE(again.ask().ok());
  const auto other = Study::open("kept", {.maximize = false, .storage = storage});
  ASSERT_FALSE(other.ok());
  EXPECT_THAT(other.error().message(), HasSubstr("another name"));
}

TEST(StudyApi, SeveralThreadsNeverGetTheSameTrial) {
  auto study =
      Study::open("threads", {.trials = 40, .storage = testing::fresh_folder(), .space = line()})
          .value();
  std::mutex mutex;
  std::set<std::uint32_t> numbers;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (;;) {
        auto trial = study.ask();
        if (!trial) return;
        const std::uint32_t number = trial->number();
        {
          const std::scoped_lock lock(mutex);
          EXPECT_TRUE(numbers.insert(number).second);
        }
        EXPECT_TRUE(study.tell(*std::move(trial), number).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(numbers.size(), 40U);
}

TEST(StudyApi, EarlyStoppingPausesThreadsWhereTheyStand) {
  auto study =
      Study::open(
          "steps",
          {.time = 3s, .workers = 2, .full_steps = 27, .storage = "memory:", .space = line()})
          .value();
  std::atomic<int> broken{0};
  const Summary summary = study.optimize([&](Trial& trial) {
    const double x = trial.params().get("x")->as_double();
    double score = 0;
    int expected = trial.next_step();
    for (int step = expected; step <= trial.last_step(); ++step) {
      if (step != expected++) ++broken;
      std::this_thread::sleep_for(2ms);
      score = (1 - x * x) * (1 - std::exp(-0.2 * step));
      if (trial.report(step, score) != Verdict::kContinue) break;
    }
    return score;
  });
  EXPECT_EQ(broken, 0);
  EXPECT_EQ(summary.outcome, Outcome::kTimeUp) << summary.brief();
  ASSERT_TRUE(summary.best.has_value());
  EXPECT_GT(summary.best->score, 0.8);
  EXPECT_GT(summary.complete, 0);
  EXPECT_GT(summary.paused + summary.stopped, 0);
}

TEST(StudyApi, OfTooManyThatWaitSomeReturn) {
  const std::string storage = testing::fresh_folder();
  auto study = Study::open("crowd", {.trials = 80,
                                     .full_steps = 27,
                                     .storage = storage,
                                     .space = line(),
                                     .early_stop = "hyperband",
                                     .min_steps = 1,
                                     .reduction_factor = 20})
                   .value();
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  const Summary summary = study.optimize([&](Trial& trial) {
    most = std::max<int>(most, ++inside);
    const double x = trial.params().get("x")->as_double();
    for (int step = trial.next_step(); step <= trial.last_step(); ++step) {
      if (trial.report(step, 1 - x * x) != Verdict::kContinue) break;
    }
    --inside;
    return 1 - x * x;
  });
  EXPECT_EQ(summary.outcome, Outcome::kFinished) << summary.brief();
  EXPECT_GT(summary.paused, 40) << summary.brief();
  EXPECT_GT(most, 30);
  EXPECT_LT(most, 45) << "each keeps a thread";
  const auto journal = open_store(storage, false).value()->open(study.id()).value();
  const Replay replayed = replay(*journal).value();
  EXPECT_GT(replayed.decisions, 80U);
  for (const Difference& difference : replayed.differences) {
    ADD_FAILURE() << difference.revision << ": " << difference.recorded << " | "
                  << difference.replayed;
  }
}

TEST(StudyApi, ATrialAssignedOverIsDropped) {
  auto study = Study::open("over", {.trials = 2, .storage = "memory:", .space = line()}).value();
  auto first = study.ask().value();
  auto second = study.ask().value();
  first = std::move(second);
  EXPECT_TRUE(study.tell(std::move(first), 1).ok());
  EXPECT_TRUE(study.ask().ok()) << "the dropped one doesn't count";
}

TEST(StudyApi, WhateverIsThrownFailsItsTrialOnly) {
  auto study = Study::open("thrown", {.trials = 4, .storage = "memory:", .space = line()}).value();
  int calls = 0;
  const Summary summary = study.optimize([&](Trial&) -> double {
    if (++calls == 2) throw 42;
    return 1;
  });
  EXPECT_EQ(summary.failed, 1);
  EXPECT_EQ(summary.complete, 3);
}

TEST(StudyApi, ATellAfterAVerdictIsHeard) {
  auto study = Study::open("verdict", {.trials = 3, .storage = "memory:", .space = line()}).value();
  auto trial = study.ask().value();
  EXPECT_EQ(trial.report(1, std::nan("")), Verdict::kStop);
  EXPECT_EQ(trial.report(2, 1), Verdict::kStop);
  EXPECT_TRUE(study.tell(std::move(trial), 1).ok());
}

TEST(StudyApi, WhatCantGoOnAfterAPauseIsStopped) {
  auto study = Study::open("once", {.trials = 20,
                                    .full_steps = 9,
                                    .storage = "memory:",
                                    .space = line(),
                                    .early_stop = "hyperband",
                                    .min_steps = 1,
                                    .resumable = false})
                   .value();
  std::set<std::uint32_t> numbers;
  for (auto trial = study.ask(); trial.ok(); trial = study.ask()) {
    EXPECT_TRUE(numbers.insert(trial->number()).second) << "asked twice";
    const double x = trial->params().get("x")->as_double();
    Verdict verdict = Verdict::kContinue;
    for (int step = 1; step <= 9 && verdict == Verdict::kContinue; ++step) {
      verdict = trial->report(step, -std::abs(x));
    }
    EXPECT_NE(verdict, Verdict::kPause);
    if (verdict == Verdict::kContinue) {
      ASSERT_TRUE(study.tell(std::move(*trial), -std::abs(x)).ok());
    }
  }
  const Summary summary = study.summary();
  EXPECT_EQ(summary.complete + summary.stopped, 20);
  EXPECT_GT(summary.stopped, 0);
  EXPECT_GT(summary.complete, 0);
}

TEST(StudyApi, ATrialThatIsSetAsideIsAskedAgain) {
  auto study = Study::open("aside", {.trials = 3, .storage = "memory:", .space = line()}).value();
  Trial first = study.ask().value();
  const Configuration params = first.params();
  EXPECT_EQ(first.report(1, 0.5), Verdict::kContinue);
  ASSERT_TRUE(study.set_aside(std::move(first)).ok());
  EXPECT_EQ(study.summary().paused, 1);
  Trial again = study.ask().value();
  EXPECT_EQ(again.number(), 1U);
  EXPECT_EQ(again.params(), params);
  ASSERT_TRUE(study.tell(std::move(again), 0.75).ok());
  EXPECT_EQ(study.ask().value().number(), 2U);
}

TEST(StudyApi, AStudyThatHasEndedIsNotRunAgain) {
  auto study = Study::open("ended", {.trials = 2, .storage = "memory:", .space = line()}).value();
  int calls = 0;
  const auto objective = [&](Trial&) { return 1.0 * ++calls; };
  study.optimize(objective);
  const Summary again = study.optimize(objective);
  EXPECT_EQ(again.outcome, Outcome::kFinished);
  EXPECT_FALSE(again.error.has_value());
  EXPECT_EQ(again.best->score, 2);
  EXPECT_EQ(calls, 2);
}

TEST(StudyApi, ARestartKnowsTheOldTrialsThatFit) {
  Options options{.trials = 12, .storage = testing::fresh_folder(), .space = line()};
  const auto objective = [](Trial& trial) {
    return -std::abs(trial.params().get("x")->as_double());
  };
  std::string first;
  {
    auto study = Study::open("again", options).value();
    study.optimize(objective);
    first = study.id();
  }
  options.space = Space();
  ASSERT_TRUE(options.space.add({.name = "x", .domain = FloatDomain{0, 0.5}}).ok());
  const auto refused = Study::open("again", options);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(), HasSubstr("Existing::kRestart"));

  options.existing = Existing::kRestart;
  auto study = Study::open("again", options).value();
  EXPECT_TRUE(study.id().empty()) << "made by the first ask";
  const auto trial = study.ask().value();
  EXPECT_NE(study.id(), first);
  EXPECT_LE(trial.params().get("x")->as_double(), 0.5);
  auto store = open_store(options.storage, false).value();
  StudyState state;
  ASSERT_TRUE(fold(*store->open(study.id()).value(), state).ok());
  EXPECT_GT(state.inherited().size(), 0U);
  EXPECT_LT(state.inherited().size(), 12U);
  EXPECT_EQ(state.trials().size(), std::min(kTriedAgain, state.inherited().size()));
  EXPECT_EQ(state.best(), 0U) << "what is known is no answer of this study";
}

TEST(StudyApi, StopEndsOptimizeFromAnotherThread) {
  auto study = Study::open("stop", {.time = 60s, .storage = "memory:", .space = line()}).value();
  std::jthread stopper([&] {
    std::this_thread::sleep_for(200ms);
    study.stop();
  });
  const Summary summary = study.optimize([](Trial& trial) {
    std::this_thread::sleep_for(5ms);
    return trial.params().get("x")->as_double();
  });
  EXPECT_EQ(summary.outcome, Outcome::kStopped);
  EXPECT_LT(summary.seconds, 30);
}

TEST(StudyApi, ACommandIsTunedWithItsMarks) {
  auto study = Study::open("command", {.metric = "score",
                                       .time = 4s,
                                       .trials = 6,
                                       .workers = 2,
                                       .storage = testing::fresh_folder()})
                   .value();
  const Summary summary = study.optimize_command({"sh", "-c", "echo score: $0", "~x:int(1,100)"});
  ASSERT_FALSE(summary.error.has_value()) << summary.error->message();
  EXPECT_EQ(summary.complete, 6) << summary.brief();
  EXPECT_EQ(summary.best->score, static_cast<double>(summary.best->params.get("x")->as_int()));
}

TEST(StudyApi, StopEndsARunningCommand) {
  auto study =
      Study::open(
          "stopped",
          {.metric = "score", .time = 60s, .workers = 1, .storage = testing::fresh_folder()})
          .value();
  std::jthread stopper([&] {
    std::this_thread::sleep_for(500ms);
    study.stop();
  });
  const Summary summary =
      study.optimize_command({"sh", "-c", "echo score: $0; sleep 50", "~x:float(0,1)"});
  EXPECT_EQ(summary.outcome, Outcome::kStopped);
  EXPECT_LT(summary.seconds, 30);
}

TEST(StudyApi, OptionsSayWhatIsWrong) {
  EXPECT_FALSE(Options{.metric = ""}.validate().ok());
  EXPECT_FALSE(Options{.time = -1s}.validate().ok());
  EXPECT_FALSE(Options{.trials = -1}.validate().ok());
  EXPECT_THAT(Options{.storage = ""}.validate().error().message(), HasSubstr("storage"));
  EXPECT_FALSE(Study::open("", {}).ok());
  auto study = Study::open("unbound", {.storage = "memory:"}).value();
  EXPECT_EQ(study.optimize([](Trial&) { return 0.0; }).outcome, Outcome::kError);
}

TEST(StudyApi, ASummaryIsBornNotRun) {
  const Summary summary;
  EXPECT_EQ(summary.outcome, Outcome::kNotRun);
  EXPECT_THAT(summary.brief(), HasSubstr("no score"));
}

TEST(StudyApi, ASummaryIsBriefAboutTheScore) {
  Summary summary;
  summary.best = Summary::Best{.trial = 3, .score = 0.1 + 0.2, .params = {}};
  EXPECT_THAT(summary.brief(), HasSubstr("best 0.3 (trial 3)"));
}

}  // namespace
}  // namespace hpopt
