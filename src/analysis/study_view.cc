#include "analysis/study_view.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "study/trial_words.h"

namespace hpopt {

double time_left(const StudyView& study) {
  const std::optional<double> budget = study.state.budget_seconds();
  if (!budget) return std::numeric_limits<double>::infinity();
  return std::max(0.0, *budget - study.used);
}

std::string_view standing(const StudyView& study) {
  if (study.running) return "running";
  if (study.state.ended() || time_left(study) <= 0) return "finished";
  return study.state.sessions() == 0 ? "new" : "paused";
}

TrialState standing(const StudyView& study, const TrialRecord& trial) {
  return standing(trial, study.running);
}

TrialCounts standing_counts(const StudyView& study) {
  TrialCounts counts = study.state.counts();
  if (!study.running) counts.paused += std::exchange(counts.running, 0);
  return counts;
}

}  // namespace hpopt
