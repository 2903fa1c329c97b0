// What is said of a trial to people and in exports: why it stands as it does, and how its process
// ended.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "study/state.h"

namespace hpopt {

/// How the reason of a Paused fact begins that only tells that a held trial's frozen process is
/// gone.
inline constexpr std::string_view kLetGoReason = "its frozen process was let go";

/// What went wrong, else the reason of the last decision; none: nothing was decided yet. Of a trial
/// whose frozen process was let go: why it was paused.
[[nodiscard]] std::optional<std::string> reason_of(const TrialRecord& trial);

/// One that is running where no session is alive any more counts as paused.
[[nodiscard]] TrialState standing(const TrialRecord& trial, bool session_lives);

/// Of a process that ended by itself; none: hpopt ended it, or it has not ended.
[[nodiscard]] std::optional<int> own_exit_code(const TrialRecord& trial);

}  // namespace hpopt
