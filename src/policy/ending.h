// Ending: why a study has nothing more to do.
#pragma once

#include <optional>
#include <string>

#include "study/state.h"

namespace hpopt {

/// The objective's target is reached; the reason in words.
[[nodiscard]] std::optional<std::string> target_reached(const StudyState& state);

/// All trials of this session failed, in the same way, and none has said anything; or so did a long
/// row of its newest: the reason quotes what the last one printed. Trials of earlier sessions don't
/// count: the user may have mended the cause since.
[[nodiscard]] std::optional<std::string> crash_loop(const StudyState& state);

/// Suggestions that run_cap still allows.
[[nodiscard]] bool within_run_cap(const StudyState& state);

}  // namespace hpopt
