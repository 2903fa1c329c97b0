// A RunLoop on a virtual clock: a scripted policy, simulated trials, a store in memory.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/adopt.h"
#include "engine/failing_journal.h"
#include "engine/run_loop.h"
#include "sim/sim_executor.h"
#include "storage/memory_store.h"
#include "study/fold.h"
#include "study/lease_keeper.h"

namespace hpopt::testing {

/// Suggests x = 0, 1, 2, ... and judges as it is told.
class ScriptedPolicy final : public Policy {
 public:
  std::vector<Action> next(const StudyState& state, const Moment& moment) override {
    if (!resume_first.empty() && state.find(resume_first.front()) != nullptr &&
        state.find(resume_first.front())->state == TrialState::kPaused) {
      const TrialId trial = resume_first.front();
      resume_first.erase(resume_first.begin());
      return {ResumeAction{trial, 0, {.by = "script", .reason = "again"}}};
    }
    const auto count = static_cast<std::int64_t>(state.trials().size());
    if (count >= trials) return {FinishAction{{.by = "script", .reason = "enough"}}};
    moments.push_back(moment);
    return {*suggest(state, moment)};
  }
  std::optional<SuggestAction> suggest(const StudyState& state, const Moment& /*moment*/) override {
    Configuration configuration;
    configuration.set("x", static_cast<std::int64_t>(state.trials().size()));
    return SuggestAction{configuration, until, {.by = "script", .reason = "the next number"}};
  }
  Judgement judge(const StudyState& state, TrialId trial, const Moment& /*moment*/) override {
    return verdict ? verdict(*state.find(trial)) : Judgement{};
  }
  std::vector<EvictAction> relieve(const StudyState& state, const Moment& /*moment*/,
                                   const Pool& pool) override {
    const TrialId trial = relief ? relief(state, pool) : 0;
    if (trial == 0) return {};
    return {EvictAction{trial, {.by = "script", .reason = "too much of " + pool.name}}};
  }
  std::string plan(const StudyState& /*state*/, const Moment& /*moment*/) override { return "{}"; }

  double until = 0;  ///< The step at which new trials are looked at.
  std::int64_t trials = std::numeric_limits<std::int64_t>::max();
  std::function<Judgement(const TrialRecord&)> verdict;
  std::function<TrialId(const StudyState&, const Pool&)> relief;  ///< 0: nobody.
  std::vector<TrialId> resume_first;
  std::vector<Moment> moments;
};

/// What a simulated trial is started with: it has no command and no folder.
inline Result<Launch> bare_launch(const TrialRecord& trial, Token token, int worker) {
  Launch launch;
  launch.trial = trial.id;
  launch.token = token;
  launch.worker = worker;
  launch.configuration = trial.configuration;
  launch.elapsed = trial.elapsed;
  return launch;
}

inline SimTrial steps(int count, double seconds_a_step = 1) {
  return {.seconds_a_step = seconds_a_step, .steps = count, .score = [](int step) {
            return 0.1 * step;
          }};
}

/// Notes what a screen would show.
class Listener final : public RunObserver {
 public:
  void noted(const std::string& line) override { notes.push_back(line); }
  void tick(const RunView& view) override { most_used = std::max(most_used, view.used); }
  std::vector<std::string> notes;
  double most_used = 0;
};

class RunLoopFixture : public ::testing::Test {
 protected:
  void create(std::optional<double> time, std::vector<Fidelity> fidelities = {}) {
    StudySpec spec;
    spec.name = "sim";
    spec.fidelities = std::move(fidelities);
    spec.command = {"sim", "${x}"};
    spec.objectives = {{.name = "score"}};
    spec.time_seconds = time;
    ASSERT_TRUE(spec.space.add({.name = "x", .domain = IntDomain{0, 1'000'000}}).ok());
    study_ = store_
                 ->create({.name = spec.name, .spec = to_json(spec).dump(), .fingerprint = "{}"},
                          {.utc_ms = clock_.utc_ms()})
                 .value();
  }

  RunEnd run(Executor& executor, int workers = 1) {
    auto leases = store_->open(study_).value();
    auto runner = HeldLease::take(*leases, kRunner).value();
    auto decider = HeldLease::take(*leases, kDecider).value();
    const Nanos spent = leases->spent().value();
    auto journal =
        std::make_unique<FailingJournal>(store_->open(study_).value(), mood_, before_append_);
    auto session = Session::open(std::move(journal), clock_).value();
    EXPECT_TRUE(session->announce("simulated").ok());
    EXPECT_TRUE(pause_orphans(*session).ok());
    RunLoop loop({.session = *session,
                  .policy = policy_,
                  .executor = executor,
                  .clock = clock_,
                  .observer = listener_,
                  .runner = runner.epoch(),
                  .decider = decider.epoch(),
                  .prepare = bare_launch,
                  .checkpoints = checkpoints_},
                 settings_, workers,
                 Budget(session->state().budget_seconds().value_or(Budget::kNone), spent,
                        clock_.monotonic()));
    return loop.run();
  }

  Nanos spent() { return store_->open(study_).value()->spent().value(); }

  StudyState folded() {
    auto journal = store_->open(study_).value();
    StudyState state;
    EXPECT_TRUE(fold(*journal, state).ok());
    return state;
  }

  ManualClock clock_;
  std::unique_ptr<Store> store_ = make_memory_store();
  FailingJournal::Mood mood_ = FailingJournal::Mood::kWell;
  std::function<void(Durability)> before_append_;
  std::string study_;
  ScriptedPolicy policy_;
  Listener listener_;
  RunSettings settings_;
  Checkpoints* checkpoints_ = nullptr;
};

}  // namespace hpopt::testing
