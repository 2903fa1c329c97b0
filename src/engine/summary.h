// From a folded study to the Summary that users get.
#pragma once

#include "hpopt/study.h"
#include "study/state.h"

namespace hpopt {

/// Everything but `outcome`, `reason` and `error`; `used`: seconds of the budget.
[[nodiscard]] Summary make_summary(const StudyState& state, const std::string& study, double used);

/// Of a call that came to nothing.
[[nodiscard]] Summary failed_by(const Error& error);

}  // namespace hpopt
