#include "policy/policy.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"
#include "base/text.h"
#include "policy/simulation.h"
#include "sampler/test_functions.h"

namespace hpopt {
namespace {

using ::testing::HasSubstr;
using testing::Question;
using testing::Simulation;
using testing::Training;

struct Wanted {
  double time = 60;
  int length = 40;
  bool length_is_known = true;
  Method method = Method::kAuto;
  EarlyStop early_stop = EarlyStop::kAuto;
};

StudySpec spec_of(const Wanted& wanted) {
  StudySpec spec;
  Objective objective;
  objective.name = "accuracy";
  spec.objectives = {objective};
  Space& space = spec.space;
  space.add(Parameter{.name = "lr", .domain = FloatDomain{1e-4, 1, Scale::kLog}}).value();
  space.add(Parameter{.name = "width", .domain = IntDomain{8, 256, Scale::kLog}}).value();
  space.add(Parameter{.name = "opt", .domain = CategoricalDomain{{"sgd", "adam"}, {}}}).value();
  space
      .add(
          Parameter{.name = "momentum", .domain = FloatDomain{0, 0.99}, .when = {{"opt", {"sgd"}}}})
      .value();
  space.add(Parameter{.name = "dropout", .domain = FloatDomain{0, 0.8}}).value();
  if (wanted.length_is_known) {
    spec.fidelities = {Fidelity{.name = "epochs", .low = 1, .high = 1.0 * wanted.length}};
  }
  if (wanted.time > 0) spec.time_seconds = wanted.time;
  spec.method = wanted.method;
  spec.early_stop = wanted.early_stop;
  return spec;
}

/// Learning curves like those of a small network: accuracy by step, dearer where it is wide, with a
/// learning rate that is too high failing and one that is too low learning slowly.
Training network(const Configuration& c, int length, double seconds_a_step) {
  const double rate = std::log10(testing::number(c, "lr"));
  const double width = std::log2(testing::number(c, "width"));
  const double dropout = testing::number(c, "dropout");
  const Value* momentum = c.get("momentum");
  const double right = momentum == nullptr ? -2.5 : -1 - 1.5 * (momentum->as_double() - 0.5);
  const double off = rate - right;
  const double loss =
      0.15 * off * off + 0.02 * (width - 7) * (width - 7) + 0.5 * (dropout - 0.2) * (dropout - 0.2);
  const double final_accuracy = off > 1.6 ? 0.1 : std::max(0.1, 0.98 - loss);
  const double speed = std::min(3.0, 1.5 * std::pow(10, 0.2 * off));
  const std::uint64_t noise = std::hash<std::string>()(c.json());
  return {.start_up = 0.3,
          .seconds_a_step = seconds_a_step * (0.5 + std::exp2(width - 7)),
          .steps = length,
          .score = [=](int step) {
            Rng rng(noise, static_cast<std::uint64_t>(step));
            const double missing = (final_accuracy - 0.1) / (1 + speed * step);
            return std::max(0.1, final_accuracy - missing + 0.002 * rng.normal());
          }};
}

Simulation simulated(const Wanted& wanted, double seconds_a_step, int slots,
                     std::uint64_t seed = 1) {
  return {spec_of(wanted),
          [wanted, seconds_a_step](const Configuration& c) {
            return network(c, wanted.length, seconds_a_step);
          },
          slots, seed};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

TEST(Policy, FindsBetterThanRandomSearchAtFullLengthInTheSameTime) {
  std::vector<double> ours;
  std::vector<double> ours_in_half;
  std::vector<double> random;
  for (std::uint64_t seed = 1; seed <= 11; ++seed) {
    Simulation mine = simulated({}, 0.1, 2, seed);
    mine.run(30);
    ours_in_half.push_back(mine.best());
    mine.run();
    ours.push_back(mine.best());
    Simulation theirs = simulated({.method = Method::kRandom}, 0.1, 2, seed);
    theirs.run();
    random.push_back(theirs.best());
  }
  EXPECT_GT(median(ours), median(random) + 0.02);
  EXPECT_GT(median(ours_in_half), median(random));
}

TEST(Policy, KeepsWorkersBusyAndTheTime) {
  for (const double seconds_a_step : {0.01, 0.1, 0.5}) {
    for (const int slots : {1, 2, 4}) {
      Simulation run = simulated({}, seconds_a_step, slots);
      run.run();
      EXPECT_LE(run.now, 60);
      EXPECT_GE(run.busy(), 0.97 * 60 * slots)
          << slots << " slots, " << seconds_a_step << " s a step: " << run.finish_reason;
    }
  }
}

TEST(Policy, TheWinnerIsConfirmedAtFullLength) {
  int confirmed = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Simulation run = simulated({}, 0.2, 2, seed);
    run.run();
    const TrialRecord& best = *run.study.state.find(run.study.state.best());
    confirmed += best.last_step() >= 38 ? 1 : 0;
  }
  EXPECT_GE(confirmed, 9);
}

TEST(Policy, UnderFiveTrainingsNothingIsHalvedAndOneFinishes) {
  Simulation run = simulated({.time = 60}, 0.7, 1);
  run.run();
  EXPECT_GE(run.study.state.counts().complete, 1);
  EXPECT_THAT(run.policy().plan(run.study.state, run.moment()), HasSubstr("\"rungs\":[]"));
}

TEST(Policy, SaysWhenATrainingIsLongerThanTheTimeAndComparesEarlier) {
  Simulation run = simulated({.time = 60}, 4, 2);
  run.run();
  const std::string plan = run.policy().plan(run.study.state, run.moment());
  EXPECT_THAT(plan, HasSubstr("one full training takes about"));
  EXPECT_THAT(plan, HasSubstr("longer than the time of 1 min"));
  EXPECT_GT(run.study.state.trials().size(), 2U);
  EXPECT_GE(run.busy(), 0.9 * 120);
}

TEST(Policy, ATrainingWithoutAnEndIsComparedOnTheWay) {
  Simulation run = simulated({.time = 60, .length = 1'000'000, .length_is_known = false}, 0.2, 2);
  run.run();
  EXPECT_GT(run.study.state.trials().size(), 10U);
  EXPECT_THAT(run.policy().plan(run.study.state, run.moment()),
              HasSubstr("no training has ended by itself"));
}

TEST(Policy, LearnsTheLengthFromTheFirstThatEnds) {
  Simulation run = simulated({.length_is_known = false}, 0.05, 2);
  run.run();
  EXPECT_EQ(run.study.state.learnt_length(), 40);
  EXPECT_GT(run.study.state.counts().paused, 10);
  EXPECT_GT(run.study.state.counts().complete, 2);
}

/// A trial that says one number when it ends.
Training one_number(const Configuration& c, double seconds) {
  const double x = testing::number(c, "lr");
  return {.start_up = 0,
          .seconds_a_step = seconds,
          .steps = 1,
          .score = [x](int) { return x; },
          .reports_every = 0};
}

TEST(Policy, TrialsWithoutStepsRunToTheirEnd) {
  Simulation run(
      spec_of({.time = 60, .length_is_known = false}),
      [](const Configuration& c) { return one_number(c, 2.5); }, 2);
  run.run();
  EXPECT_EQ(run.study.state.counts().complete, 48);
  EXPECT_EQ(run.study.state.trials().size(), 48U);
}

TEST(Policy, StartsNothingThatCannotEnd) {
  Simulation run(
      spec_of({.time = 58, .length_is_known = false}),
      [](const Configuration& c) { return one_number(c, 10); }, 1);
  run.run();
  EXPECT_TRUE(run.finished);
  EXPECT_EQ(run.study.state.trials().size(), 5U);
  EXPECT_EQ(run.now, 50);
  EXPECT_THAT(run.finish_reason, HasSubstr("too little for anything that matters"));
}

TEST(Policy, RunCapWithoutATimeFinishesWhatMayWin) {
  StudySpec spec = spec_of({.time = 0});
  spec.run_cap = 8;
  Simulation run(
      spec, [](const Configuration& c) { return network(c, 40, 0.1); }, 2);
  run.run();
  EXPECT_TRUE(run.finished);
  EXPECT_GE(run.study.state.counts().complete, 3);
  const TrialRecord& best = *run.study.state.find(run.study.state.best());
  EXPECT_EQ(best.state, TrialState::kComplete);
}

TEST(Policy, AStepBelowWhatWasGrantedIsNotJudged) {
  StudySpec spec = spec_of({.time = 60});
  spec.run_cap = 20;
  Simulation capped(
      spec, [](const Configuration& c) { return network(c, 40, 0.02); }, 2);
  capped.run();
  for (const std::string& line : capped.log) {
    EXPECT_EQ(line.find("pauses (asha: step 40"), std::string::npos) << line;
  }
  EXPECT_EQ(capped.study.state.counts().complete, 20) << "there is time for all";
}

TEST(Policy, RunCapWithoutATimeEndsWithTheWinnerConfirmed) {
  StudySpec spec = spec_of({.time = 0});
  spec.run_cap = 30;
  Simulation run(
      spec, [](const Configuration& c) { return network(c, 40, 0.1); }, 2);
  run.run();
  EXPECT_TRUE(run.finished);
  EXPECT_THAT(run.finish_reason, HasSubstr("all 30 trials of run_cap"));
  EXPECT_EQ(run.study.state.trials().size(), 30U);
  EXPECT_EQ(run.study.state.find(run.study.state.best())->state, TrialState::kComplete);
  EXPECT_GT(run.study.state.counts().paused, 5);
}

TEST(Policy, AFiniteSpaceIsTriedOnceAndEnds) {
  StudySpec spec;
  Objective objective;
  objective.name = "score";
  spec.objectives = {objective};
  spec.space.add(Parameter{.name = "n", .domain = IntDomain{1, 6}}).value();
  spec.space.add(Parameter{.name = "kind", .domain = CategoricalDomain{{"a", "b"}, {}}}).value();
  for (const Method method : {Method::kGrid, Method::kRandom, Method::kAuto}) {
    spec.method = method;
    spec.time_seconds = 1000;
    Simulation run(
        spec,
        [](const Configuration& c) {
          const double n = testing::number(c, "n");
          return Training{.start_up = 0, .seconds_a_step = 1, .steps = 4, .score = [n](int step) {
                            return n * step;
                          }};
        },
        2);
    run.run();
    EXPECT_TRUE(run.finished);
    EXPECT_EQ(run.study.state.counts().complete, 12) << static_cast<int>(method);
    EXPECT_THAT(run.finish_reason, HasSubstr("all 12 configurations"));
  }
}

TEST(Policy, ATargetThatIsReachedEndsTheStudy) {
  StudySpec spec = spec_of({});
  spec.objectives.front().target = 0.8;
  Simulation run(
      spec, [](const Configuration& c) { return network(c, 40, 0.1); }, 2);
  run.run();
  EXPECT_TRUE(run.finished);
  EXPECT_LT(run.now, 30);
  EXPECT_THAT(run.finish_reason, HasSubstr("the target of 0.8 is reached"));
  EXPECT_EQ(run.study.state.counts().running, 0);
}

TEST(Policy, ACrashLoopEndsEarlyAndQuotesTheLog) {
  StudySpec spec = spec_of({});
  Simulation run(
      spec, [](const Configuration&) { return Training{.start_up = 0.2, .crashes = true}; }, 2);
  run.run();
  EXPECT_TRUE(run.finished);
  EXPECT_LE(run.study.state.counts().failed, 5);
  EXPECT_THAT(run.finish_reason, HasSubstr("all failed in the same way"));
  EXPECT_THAT(run.finish_reason, HasSubstr("ValueError: no such file"));
}

TEST(Policy, SomeFailuresAreNoCrashLoop) {
  Simulation run(
      spec_of({}),
      [](const Configuration& c) {
        Training training = network(c, 40, 0.1);
        training.crashes = testing::number(c, "width") > 60;
        return training;
      },
      2);
  run.run();
  EXPECT_FALSE(run.finished);
  EXPECT_GT(run.study.state.counts().failed, 3);
  EXPECT_GT(run.best(), 0.7);
}

TEST(Policy, ALongRowOfCrashesAfterOthersHadRunWellEndsToo) {
  StudySpec spec = spec_of({.time = 0, .length = 3});
  spec.run_cap = 1000;
  int started = 0;
  Simulation sim(
      spec,
      [&](const Configuration& c) {
        Training training = network(c, 3, 0.01);
        training.crashes = ++started > 20;  // the disk with the data went away
        return training;
      },
      2);
  sim.run();
  EXPECT_LT(sim.study.state.trials().size(), 90U);
  EXPECT_THAT(sim.finish_reason, HasSubstr("trials all failed in the same way"));
  EXPECT_THAT(sim.finish_reason, HasSubstr("ValueError: no such file"));
}

TEST(Policy, EverySecondTrialThatCrashesIsNoLoop) {
  StudySpec spec = spec_of({.time = 0, .length = 3});
  spec.run_cap = 300;
  int started = 0;
  Simulation sim(
      spec,
      [&](const Configuration& c) {
        Training training = network(c, 3, 0.01);
        training.crashes = ++started % 2 == 0;
        return training;
      },
      2);
  sim.run();
  EXPECT_EQ(sim.study.state.trials().size(), 300U);
}

/// Batches and widths of which the machine holds 8,192 together.
StudySpec memory_spec(Method method = Method::kAuto) {
  StudySpec spec = spec_of({.time = 0, .length = 3, .method = method});
  spec.space.add(Parameter{.name = "batch_size", .domain = IntDomain{16, 512, Scale::kLog}})
      .value();
  spec.run_cap = 1000;
  return spec;
}
double memory_of(const Configuration& c) {
  return testing::number(c, "batch_size") * testing::number(c, "width");
}
Training memory_bound(const Configuration& c) {
  Training training = network(c, 3, 0.01);
  training.exhausts_memory = memory_of(c) > 8192;
  return training;
}

TEST(Policy, WhatRanOutOfMemoryIsTriedWithHalfTheBatchAndNoLargerOneFollows) {
  for (const Method method : {Method::kAuto, Method::kRandom}) {
    Simulation sim(memory_spec(method), memory_bound, 2);
    sim.run();
    const StudyState& state = sim.study.state;
    ASSERT_EQ(state.trials().size(), 1000U);
    int failures = 0;
    MemoryBounds bounds;
    for (const TrialRecord& trial : state.trials()) {
      // Two run at a time: the newest outcome may not have been known.
      EXPECT_FALSE(bounds.forbid(state.spec(), trial.configuration)) << trial.id;
      const bool exhausted = trial.state == TrialState::kOutOfMemory;
      EXPECT_EQ(exhausted, memory_of(trial.configuration) > 8192);
      failures += exhausted ? 1 : 0;
      const TrialRecord* before = state.find(trial.id - 1);
      if (before != nullptr && before->state == TrialState::kOutOfMemory) {
        bounds.ran_out(state.spec(), before->configuration);
      }
    }
    EXPECT_LT(failures, 150) << "a third would, drawn blindly";
    EXPECT_FALSE(due_retry(state));
    EXPECT_EQ(state.find(state.best())->state, TrialState::kComplete);
  }
}

TEST(Policy, RunningOutOfMemoryIsNotHeldAgainstTheOtherParameters) {
  // Everything runs out above a batch of 20; the best learning rate is the first to.
  StudySpec spec = memory_spec();
  spec.run_cap = 120;
  Simulation sim(
      spec,
      [](const Configuration& c) {
        Training training = network(c, 3, 0.01);
        training.exhausts_memory = testing::number(c, "batch_size") > 20;
        return training;
      },
      1);
  sim.run();
  const TrialCounts& counts = sim.study.state.counts();
  EXPECT_LT(counts.out_of_memory, 40) << "nine in ten would, drawn blindly";
  EXPECT_EQ(counts.failed, 0);
  EXPECT_GT(sim.best(), 0.6);
}

TEST(Policy, ASpaceThatIsTooLargeForTheMemoryEndsWithTheReason) {
  StudySpec spec;
  spec.objectives = {{.name = "accuracy"}};
  spec.space.add(Parameter{.name = "bs", .domain = CategoricalDomain{{16, 32, 64, 128}, {}}})
      .value();
  spec.space.add(Parameter{.name = "lr", .domain = FloatDomain{0, 1}}).value();
  Simulation sim(
      spec, [](const Configuration&) { return Training{.exhausts_memory = true}; }, 1);
  sim.run(1000);
  EXPECT_TRUE(sim.finished);
  EXPECT_LE(sim.study.state.trials().size(), 4U);
  EXPECT_THAT(sim.finish_reason, HasSubstr("would run out of memory"));
}

TEST(Policy, AChoiceThatAlwaysCrashesIsLearntToBeAvoided) {
  StudySpec spec = spec_of({.time = 0, .length = 3});
  spec.run_cap = 120;
  Simulation sim(
      spec,
      [](const Configuration& c) {
        Training training = network(c, 3, 0.01);
        training.crashes = c.get("opt")->as_string() == "sgd";
        return training;
      },
      1);
  sim.run();
  const auto& trials = sim.study.state.trials();
  ASSERT_EQ(trials.size(), 120U);
  const auto failed = std::count_if(trials.end() - 60, trials.end(), [](const TrialRecord& trial) {
    return trial.state == TrialState::kFailed;
  });
  EXPECT_LT(failed, 15) << "half would, drawn blindly";
}

TEST(Policy, WhatWasInterruptedGoesOnFirst) {
  Simulation run = simulated({}, 0.2, 2);
  run.run(10.1);
  std::vector<TrialId> running;
  for (TrialId id : run.study.state.open_trials()) {
    if (run.study.state.find(id)->state == TrialState::kRunning) running.push_back(id);
  }
  ASSERT_EQ(running.size(), 2U);
  run.interrupt();
  run.run(10.2);
  for (TrialId id : running) {
    EXPECT_EQ(run.study.state.find(id)->state, TrialState::kRunning);
    EXPECT_EQ(run.study.state.find(id)->runs, 2);
  }
  run.run();
  EXPECT_GT(run.best(), 0.8);
}

TEST(Policy, FrozenTrialsAreBoundedInNumber) {
  Simulation run = simulated({.time = 120}, 0.02, 1);
  run.run();
  int held = 0;
  for (const TrialRecord& trial : run.study.state.trials()) held += trial.held ? 1 : 0;
  EXPECT_GT(run.study.state.trials().size(), 60U);
  EXPECT_LE(held, 32 + 4 + 1);
}

// Once the dearest of the frozen trials were let go first, however good they were.
TEST(Policy, TheWorstOfTheFrozenTrialsGoFirst) {
  testing::StudyUnderTest study(spec_of({.time = 1000}));
  constexpr int kTrials = 44;
  for (int i = 0; i < kTrials; ++i) {
    Configuration c{{"lr", 0.01}, {"opt", "adam"}, {"width", 10 + i}, {"dropout", 0.1}};
    const TrialId id = study.suggest(std::move(c));
    study.start(id, 2);
    const double pace = i + 1;  // the better, the dearer
    study.report(id, 1, 0.01 * i, pace);
    study.report(id, 2, 0.01 * i, 2 * pace);
    study.pause(id, true, 2 * pace, {.by = "asha", .reason = {}});
  }
  const auto policy = make_policy(study.state.spec(), 1);
  const Moment moment{.time_left = 500, .time_budget = 1000, .free_slots = 1, .slots = 1};
  const std::vector<Action> actions = policy->next(study.state, moment);
  for (TrialId worst = 1; worst <= 8; ++worst) {
    const auto* evict = std::get_if<EvictAction>(&actions.at(worst - 1));
    ASSERT_NE(evict, nullptr);
    EXPECT_EQ(evict->trial, worst);
  }
  EXPECT_EQ(std::get_if<EvictAction>(&actions.at(8)), nullptr);
}

TEST(Policy, WhereNothingCanBeFrozenTheGoodGoOnAtOnce) {
  std::vector<double> scores;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Simulation run = simulated({}, 0.2, 2, seed);
    run.can_hold = false;
    run.run();
    EXPECT_GE(run.study.state.counts().complete, 1);
    scores.push_back(run.best());
  }
  EXPECT_GT(median(scores), 0.89);
}

TEST(Policy, GridAndRandomRunWholeUnlessAskedOtherwise) {
  for (const Method method : {Method::kRandom, Method::kBayes}) {
    Simulation run = simulated({.method = method, .early_stop = EarlyStop::kNone}, 0.1, 2);
    run.run();
    EXPECT_EQ(run.study.state.counts().paused, 0);
  }
  Simulation plain = simulated({.method = Method::kRandom}, 0.1, 2);
  plain.run();
  EXPECT_EQ(plain.study.state.counts().paused, 0);
  StudySpec spec = spec_of({.method = Method::kRandom, .early_stop = EarlyStop::kHyperband});
  spec.min_iterations = 5;
  spec.eta = 4;
  Simulation cut(
      spec, [](const Configuration& c) { return network(c, 40, 0.1); }, 2);
  cut.run();
  EXPECT_GT(cut.study.state.counts().paused, 5);
  EXPECT_THAT(cut.policy().plan(cut.study.state, cut.moment()), HasSubstr("\"rungs\":[5.0,20.0]"));
}

TEST(Policy, TheMedianRuleStopsWhenAskedFor) {
  Simulation run =
      simulated({.method = Method::kRandom, .early_stop = EarlyStop::kMedian}, 0.05, 2);
  run.run();
  EXPECT_GT(run.study.state.counts().stopped, 5);
  EXPECT_GT(run.study.state.counts().complete, 5);
}

TEST(Policy, AskAndTellGetsConfigurationsOnly) {
  StudySpec spec = spec_of({});
  spec.run_cap = 2;
  testing::StudyUnderTest study(spec);
  const auto policy = make_policy(spec, 1);
  for (int i = 0; i < 2; ++i) {
    auto asked = policy->suggest(study.state, {});
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->decision.read_revision, study.state.revision());
    study.suggest(asked->configuration);
  }
  EXPECT_FALSE(policy->suggest(study.state, {}));
}

// Replays: the same facts, seed and moments give the same decisions, whatever the policy saw
// before.

void replay(const Simulation& run, std::size_t each) {
  const StudySpec& spec = run.study.state.spec();
  const auto incremental = make_policy(spec, 1);
  StudyState state;
  std::size_t applied = 0;
  for (std::size_t i = 0; i < run.questions.size(); ++i) {
    const Question& question = run.questions[i];
    for (; applied < question.facts; ++applied) state.apply(run.study.facts[applied]).value();
    ASSERT_EQ(testing::ask(*incremental, state, question), question.answer) << "question " << i;
    if (i % each != 0) continue;
    const auto fresh = make_policy(spec, 1);
    ASSERT_EQ(testing::ask(*fresh, state, question), question.answer)
        << "question " << i << ", all facts at once";
  }
}

TEST(Policy, AReplayDecidesTheSame) {
  Simulation run = simulated({}, 0.1, 2);
  run.run();
  ASSERT_GT(run.questions.size(), 300U);
  replay(run, 7);
}

TEST(Policy, AReplayDecidesTheSameWithoutAKnownLengthAndAfterAnInterruption) {
  Simulation run = simulated({.length_is_known = false}, 0.1, 3);
  run.run(20);
  run.interrupt();
  run.run();
  replay(run, 7);
}

TEST(Policy, AReplayHalvesTheSameBatches) {
  Simulation run(memory_spec(), memory_bound, 2);
  run.run(3);
  run.interrupt();
  run.run(30);
  ASSERT_GT(run.study.state.memory_failures().size(), 3U);
  replay(run, 7);
}

}  // namespace
}  // namespace hpopt
