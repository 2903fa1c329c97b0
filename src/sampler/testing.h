// A study made of facts, for tests: what an engine would append, without one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "study/state.h"

namespace hpopt::testing {

class StudyUnderTest {
 public:
  explicit StudyUnderTest(const StudySpec& spec, std::uint64_t seed = 1) {
    apply(Created{.name = "test",
                  .spec = to_json(spec).dump(),
                  .fingerprint = "{}",
                  .directory = "/",
                  .seed = seed,
                  .parent = {}});
    open_session();
  }

  void open_session() {
    ++session_;
    apply(SessionOpened{.host = "host", .pid = 1, .version = "0", .containment = {}});
  }

  TrialId suggest(Configuration configuration, Decision decision = {}) {
    const auto id = static_cast<TrialId>(state.trials().size() + 1);
    apply(Suggested{.trial = id,
                    .configuration = std::move(configuration),
                    .unique = true,
                    .request = std::to_string(id),
                    .epoch = 0,
                    .decision = std::move(decision)});
    return id;
  }

  void start(TrialId id, double until_step = 0, Decision decision = {}) {
    const TrialRecord& trial = *state.find(id);
    apply(Started{.trial = id,
                  .version = trial.version,
                  .token = state.last_token() + 1,
                  .worker = 0,
                  .until_step = until_step,
                  .thawed = trial.held,
                  .decision = std::move(decision),
                  .record = {}});
  }

  void report(TrialId id, double step, double value, double elapsed = 0) {
    apply(Reported{.trial = id,
                   .token = state.find(id)->token,
                   .sequence = ++sequence_,
                   .metric = 0,
                   .step = step,
                   .value = value,
                   .elapsed = elapsed});
  }

  void pause(TrialId id, bool held = true, double elapsed = 0, Decision decision = {}) {
    apply(Paused{.trial = id,
                 .token = state.find(id)->token,
                 .held = held,
                 .elapsed = elapsed,
                 .decision = std::move(decision)});
  }

  void end(TrialId id, Cause cause = Cause::kComplete, double elapsed = 0, std::string message = {},
           Decision decision = {}) {
    apply(Ended{.trial = id,
                .token = state.find(id)->token,
                .cause = cause,
                .exit_code = cause == Cause::kFailed ? 1 : 0,
                .elapsed = elapsed,
                .message = std::move(message),
                .decision = std::move(decision)});
  }

  /// A trial that reports `value` at step 1 and ends by itself.
  TrialId whole_trial(Configuration configuration, double value, Decision decision = {}) {
    const TrialId id = suggest(std::move(configuration), std::move(decision));
    start(id);
    report(id, 1, value, 1);
    end(id, Cause::kComplete, 1);
    return id;
  }

  void learn_length(double steps) { apply(LengthLearnt{.steps = steps, .source = "test"}); }

  void apply(Payload payload) {
    Fact fact{.stamp = {.revision = state.revision() + 1, .session = session_},
              .payload = std::move(payload)};
    facts.push_back(fact);
    state.apply(fact).value();
  }

  StudyState state;
  std::vector<Fact> facts;

 private:
  SessionId session_ = 0;
  std::uint32_t sequence_ = 0;
};

}  // namespace hpopt::testing
