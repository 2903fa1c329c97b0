// StudyView: a study as it stands in the store, for those who only look.
#pragma once

#include <string>
#include <string_view>

#include "study/state.h"

namespace hpopt {

struct StudyView {
  const StudyState& state;
  std::string id;
  double used = 0;       ///< Seconds of its budget, all sessions.
  bool running = false;  ///< A live process works on it.
};

/// Seconds left of the budget, not below zero; infinity without one.
[[nodiscard]] double time_left(const StudyView& study);

/// "new", "running", "paused" (running the same command goes on) or "finished".
[[nodiscard]] std::string_view standing(const StudyView& study);

/// Of a trial and of all of them: what runs where no live process works on the study was
/// interrupted, and is paused until somebody goes on.
[[nodiscard]] TrialState standing(const StudyView& study, const TrialRecord& trial);
[[nodiscard]] TrialCounts standing_counts(const StudyView& study);

}  // namespace hpopt
