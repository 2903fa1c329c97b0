// The length of a full training, in steps of the first objective.
#pragma once

#include <optional>

#include "study/state.h"

namespace hpopt {

/// By the specification's cut fidelity, else as learnt (LengthLearnt); 0: not known (yet).
[[nodiscard]] double full_length(const StudyState& state);

/// Whether the trial was trained to its full length: it reached full_length(), or it ended by
/// itself (some count their steps from 0, and some stop early on their own).
[[nodiscard]] bool is_full_length(const StudyState& state, const TrialRecord& trial);

/// What a trial that just ended by itself shows about the length, when none was known before.
[[nodiscard]] std::optional<LengthLearnt> shown_length(const StudyState& state,
                                                       const TrialRecord& trial);

}  // namespace hpopt
