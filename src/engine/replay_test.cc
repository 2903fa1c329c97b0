#include "engine/replay.h"

#include <functional>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "engine/adopt.h"
#include "engine/run_loop_fixture.h"
#include "hpopt/hpopt.h"
#include "sim/sim_executor.h"
#include "storage/memory_store.h"
#include "storage/open_store.h"
#include "study/lease_keeper.h"

namespace hpopt {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Studies of the real policy, on a virtual clock.
class ReplayTest : public ::testing::Test {
 protected:
  static StudySpec spec() {
    StudySpec spec;
    spec.name = "sim";
    spec.command = {"sim", "${x}"};
    spec.objectives = {{.name = "score", .maximize = true}};
    spec.fidelities = {{.name = "epochs", .low = 1, .high = 27, .cut = true}};
    spec.time_seconds = 900;
    (void)spec.space.add({.name = "x", .domain = FloatDomain{0, 1}});
    return spec;
  }

  std::string create() {
    return store_
        ->create({.name = "sim", .spec = to_json(spec()).dump(), .fingerprint = "{}", .seed = 3},
                 {.utc_ms = clock_.utc_ms()})
        .value();
  }

  /// One session of at most so many seconds. One that is killed leaves its trials as they ran.
  void work(const std::string& study, double most, int workers, bool killed = false,
            bool can_hold = true) {
    auto leases = store_->open(study).value();
    auto runner = HeldLease::take(*leases, kRunner).value();
    auto decider = HeldLease::take(*leases, kDecider).value();
    auto session = Session::open(store_->open(study).value(), clock_).value();
    ASSERT_TRUE(session->announce("simulated").ok());
    ASSERT_TRUE(pause_orphans(*session).ok());
    const StudyState& state = session->state();
    const auto policy = make_policy(state.spec(), state.origin().seed);
    SimExecutor executor(clock_, curve, can_hold);
    Budget budget(*state.budget_seconds(), leases->spent().value(), clock_.monotonic());
    budget.end_session_in(most, clock_.monotonic());
    RunObserver nobody;
    RunLoop loop({.session = *session,
                  .policy = *policy,
                  .executor = executor,
                  .clock = clock_,
                  .observer = nobody,
                  .runner = runner.epoch(),
                  .decider = decider.epoch(),
                  .prepare = testing::bare_launch},
                 {}, workers, budget);
    const bool died = killed && leases->release(kRunner, runner.epoch()).ok();
    ASSERT_EQ(died, killed);
    (void)loop.run();
  }

  static SimTrial curve(const Configuration& configuration) {
    const double x = configuration.get("x")->as_double();
    return {.start_up = 0.5,
            .seconds_a_step = 0.2 + 0.1 * x,
            .steps = 27,
            .score = [x](int step) { return 1 - (x - 0.3) * (x - 0.3) - 0.5 / step; },
            .exit_time = 0.1};
  }

  std::vector<Fact> facts_of(const std::string& study) {
    std::vector<Fact> facts;
    (void)store_->open(study).value()->read(0, [&](const Fact& fact) {
      facts.push_back(fact);
      return true;
    });
    return facts;
  }

  /// The same facts, changed by `tamper`, as the journal of another study.
  Replay replay_of(const std::string& study,
                   const std::function<void(std::vector<Fact>&)>& tamper) {
    std::vector<Fact> facts = facts_of(study);
    tamper(facts);
    auto told = store_->open(create()).value();
    const Epoch epoch = told->take(kDecider, {}, "teller").value();
    for (std::size_t i = 1; i < facts.size(); ++i) {
      if (auto* suggested = std::get_if<Suggested>(&facts[i].payload)) suggested->epoch = epoch;
      if (auto* started = std::get_if<Started>(&facts[i].payload)) started->epoch = epoch;
      if (auto* ended = std::get_if<StudyEnded>(&facts[i].payload)) ended->epoch = epoch;
      const auto appended = told->append({&facts[i], 1}, Durability::kBatched);
      EXPECT_TRUE(appended.ok()) << appended.error().message();
    }
    return replay(*told).value();
  }

  /// The last fact of its kind that the policy decided, and that fits.
  template <typename Kind>
  static Kind& last(std::vector<Fact>& facts, const std::function<bool(const Kind&)>& fits) {
    for (Fact& fact : std::views::reverse(facts)) {
      auto* payload = std::get_if<Kind>(&fact.payload);
      if (payload != nullptr && payload->decision.slots > 0 && fits(*payload)) return *payload;
    }
    throw std::out_of_range("no such fact");
  }
  template <typename Kind>
  static Kind& last(std::vector<Fact>& facts) {
    return last<Kind>(facts, [](const Kind&) { return true; });
  }

  ManualClock clock_;
  std::unique_ptr<Store> store_ = make_memory_store();
};

TEST_F(ReplayTest, AWholeStudyComesOutTheSame) {
  for (const bool can_hold : {true, false}) {
    const std::string study = create();
    work(study, Budget::kNone, 3, false, can_hold);
    const Replay replayed = replay(*store_->open(study).value()).value();
    EXPECT_GT(replayed.decisions, 100U);
    EXPECT_EQ(replayed.unrecorded, 0U);
    ASSERT_THAT(replayed.differences, IsEmpty()) << replayed.differences.front().recorded << "\n"
                                                 << replayed.differences.front().replayed;
  }
}

TEST_F(ReplayTest, SessionsOfOtherLengthsAndWidthsComeOutTheSame) {
  const std::string study = create();
  for (const int workers : {1, 3, 2}) work(study, 60, workers);
  for (const int workers : {2, 4}) work(study, 90, workers, true);
  work(study, Budget::kNone, 2);
  const Replay replayed = replay(*store_->open(study).value()).value();
  EXPECT_GT(replayed.decisions, 100U);
  ASSERT_THAT(replayed.differences, IsEmpty()) << replayed.differences.front().recorded << "\n"
                                               << replayed.differences.front().replayed;
}

TEST_F(ReplayTest, WhatWasTamperedWithIsFound) {
  const std::string study = create();
  work(study, Budget::kNone, 2);
  const auto found = [&](const std::function<void(std::vector<Fact>&)>& tamper) {
    const Replay replayed = replay_of(study, tamper);
    EXPECT_THAT(replayed.differences, SizeIs(1));
    return replayed.differences.empty() ? Difference{} : replayed.differences.front();
  };
  EXPECT_THAT(replay_of(study, [](auto&) {}).differences, IsEmpty());

  Difference difference = found([](auto& facts) {
    last<Started>(facts, [](const Started& fact) { return fact.version > 0; }).until_step = 26;
  });
  EXPECT_THAT(difference.recorded, HasSubstr("until step 26"));
  EXPECT_THAT(difference.replayed, HasSubstr("go on with trial"));
  EXPECT_NE(difference.trial, 0U);

  difference = found([](auto& facts) {
    last<Paused>(facts, [](const Paused& fact) {
      return fact.decision.by == "asha";
    }).decision.reason = "a whim";
  });
  EXPECT_THAT(difference.recorded, HasSubstr("pause it, asha: a whim"));
  EXPECT_THAT(difference.replayed, HasSubstr("pause it, asha: step"));

  difference = found([](auto& facts) {
    last<Suggested>(facts, [](const Suggested& fact) { return fact.trial == 2; }).decision.counter =
        99;
  });
  EXPECT_THAT(difference.recorded, HasSubstr("(stream 99)"));
  EXPECT_EQ(difference.trial, 2U);
}

TEST_F(ReplayTest, WhatCannotHaveBeenIsFound) {
  const std::string study = create();
  work(study, Budget::kNone, 2);
  const Replay replayed = replay_of(study, [](auto& facts) {
    last<Suggested>(facts).decision.read_revision = 1'000'000;
    last<Paused>(facts).decision.read_revision = 1;
  });
  ASSERT_THAT(replayed.differences, SizeIs(2));
  EXPECT_EQ(replayed.differences[0].recorded, "read up to fact 1000000");
  EXPECT_THAT(replayed.differences[1].replayed, HasSubstr("it did not run then"));
}

TEST_F(ReplayTest, WhatAnOlderVersionLeftOutIsCountedApart) {
  const std::string study = create();
  work(study, Budget::kNone, 2);
  const Replay replayed = replay_of(study, [](auto& facts) {
    last<Suggested>(facts).decision.slots = 0;
    last<Paused>(facts).decision.slots = 0;
  });
  EXPECT_EQ(replayed.unrecorded, 2U);
  EXPECT_THAT(replayed.differences, IsEmpty());
}

/// Asked by a program: several threads decide, one after the other, and its space may grow.
TEST(ReplayInProcess, StudiesOfAProgramComeOutTheSame) {
  const auto objective = [](Trial& trial) {
    const double x = trial.suggest_float("x", -1, 1);
    double score = 0;
    for (int step = trial.next_step(); step <= 9; ++step) {
      score = 1 - x * x - 1.0 / step;
      if (trial.report(step, score) != Verdict::kContinue) break;
    }
    return score;
  };
  Space line;
  ASSERT_TRUE(line.add({.name = "x", .domain = FloatDomain{-1, 1}}).ok());
  for (const Space& space : {line, Space()}) {
    const std::string folder = testing::fresh_folder();
    auto study =
        Study::open(
            "program",
            {.trials = 40, .workers = 3, .full_steps = 9, .storage = folder, .space = space})
            .value();
    ASSERT_EQ(study.optimize(objective).outcome, Summary::Outcome::kFinished);
    auto store = open_store(folder, false).value();
    const Replay replayed = replay(*store->open(store->list().value().front().id).value()).value();
    EXPECT_GE(replayed.decisions, 80U) << "suggested and begun";
    ASSERT_THAT(replayed.differences, IsEmpty()) << replayed.differences.front().recorded << "\n"
                                                 << replayed.differences.front().replayed;
  }
}

}  // namespace
}  // namespace hpopt
