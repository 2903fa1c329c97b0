// Continuation: in which order paused trials would best go on when no new one can catch up: at the
// end of the time, or when nothing new is left to try.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "policy/cost_model.h"
#include "policy/planner.h"
#include "sampler/standings.h"

namespace hpopt {

struct Continuation {
  /// What the time left allows it, best first.
  enum class Reach : std::uint8_t { kTarget, kNextRung, kStep, kNothing };

  Reach reach = Reach::kNothing;
  bool is_winner = false;  ///< It has the best score of all, and can be confirmed in time.
  std::size_t level = 0;   ///< 1 + the level where it stands; 0: none yet.
  double loss = 0;         ///< There, or of its score.
  TrialId trial = 0;

  /// Less is better.
  friend std::weak_ordering operator<=>(const Continuation& a, const Continuation& b);
  friend bool operator==(const Continuation& a, const Continuation& b) = default;
};

/// Of a trial that runs or is paused.
[[nodiscard]] Continuation continuation_of(const StudyState& state, const Standings& standings,
                                           const CostModel& costs, const Plan& plan,
                                           double time_left, const TrialRecord& trial);

/// Of all paused trials that can do at least one more step, best first.
[[nodiscard]] std::vector<Continuation> continuations(const StudyState& state,
                                                      const Standings& standings,
                                                      const CostModel& costs, const Plan& plan,
                                                      double time_left);

/// "the best so far, 0.94 at step 9, is trained on to step 27".
[[nodiscard]] std::string in_words(const Continuation& continuation, const StudyState& state,
                                   const Plan& plan);

}  // namespace hpopt
