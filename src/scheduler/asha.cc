#include "scheduler/asha.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "scheduler/words.h"

namespace hpopt {
namespace {

/// The first trial that may still become a whole training.
TrialId first_hopeful(const StudyState& state) {
  for (const TrialRecord& trial : state.trials()) {
    if (!is_finished(trial.state) || trial.state == TrialState::kComplete) return trial.id;
  }
  return 0;
}

}  // namespace

std::size_t Asha::places(std::size_t competitors) const {
  return static_cast<std::size_t>(std::floor(static_cast<double>(competitors) / options_.eta));
}

Judgement Asha::judge(const StudyState& state, const Standings& standings,
                      const TrialRecord& trial) const {
  const auto level = level_just_reached(standings, trial);
  if (!level || !standings.loss(trial.id, *level)) return {};
  if (options_.first_goes_through && trial.id == first_hopeful(state)) return {};
  if (options_.pauses_are_dear) {
    const std::size_t open = std::max<std::size_t>(1, places(standings.ranked(*level).size()));
    if (standings.rank(trial.id, *level) < open) return {};
  }
  return {Course::kPause,
          {.by = "asha",
           .reason = fmt::format("{}; waits for its turn among the best {}",
                                 place_in_words(state, standings, trial.id, *level),
                                 fraction(options_.eta))}};
}

std::optional<ResumeAction> Asha::promote(const StudyState& state,
                                          const Standings& standings) const {
  for (std::size_t level = standings.whole(); level-- > 0;) {
    const auto ranked = standings.ranked(level);
    for (const Standing& standing : ranked.first(places(ranked.size()))) {
      if (std::isinf(standing.loss)) break;
      const TrialRecord& trial = *state.find(standing.trial);
      if (trial.state != TrialState::kPaused || standings.reached(trial.id) != level) continue;
      const bool to_the_end = level + 1 == standings.whole();
      const double until = to_the_end ? 0 : standings.step(level + 1);
      return ResumeAction{
          trial.id,
          until,
          {.by = "asha",
           .reason = fmt::format(
               "{}, in the best {}: goes on to {}",
               place_in_words(state, standings, trial.id, level), fraction(options_.eta),
               to_the_end ? std::string("the end") : fmt::format("step {:g}", until))}};
    }
  }
  return std::nullopt;
}

}  // namespace hpopt
