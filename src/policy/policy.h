// Policy: pure decisions. (state, moment, seed) -> ranked actions and verdicts; no I/O.
//
// The full length of a training is full_length(state) of study/full_length.h: a cut fidelity of the
// specification, else what scripts said or showed (the fact LengthLearnt, which the engine
// appends).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "study/action.h"
#include "study/state.h"

namespace hpopt {

class Policy {
 public:
  virtual ~Policy() = default;
  /// What a free slot should do, best first. The engine tries them in order until one is admitted
  /// by the journal. Empty: nothing now, ask again after the next fact.
  virtual std::vector<Action> next(const StudyState& state, const Moment& moment) = 0;
  /// The ask of a user in the same process: only a new configuration. None: the space is exhausted
  /// or run_cap is reached.
  virtual std::optional<SuggestAction> suggest(const StudyState& state, const Moment& moment) = 0;
  /// After a report of a running trial.
  virtual Judgement judge(const StudyState& state, TrialId trial, const Moment& moment) = 0;
  /// Which trials give back what they keep, so that the pool holds no more than its limit: the
  /// cheapest to lose first.
  virtual std::vector<EvictAction> relieve(const StudyState& /*state*/, const Moment& /*moment*/,
                                           const Pool& /*pool*/) {
    return {};
  }
  /// What is expected from now on, as JSON: full length, seconds a step, rungs, trials to come, and
  /// `notes`: lines worth telling the user (one full training is longer than the time).
  virtual std::string plan(const StudyState& state, const Moment& moment) = 0;
};

/// The default: quasi-random start then TPE; asynchronous successive halving with a median stop;
/// the planner over both. Options come from the spec (method, early_stop, run_cap, fidelities).
[[nodiscard]] std::unique_ptr<Policy> make_policy(const StudySpec& spec, std::uint64_t seed);

}  // namespace hpopt
