// From a folded study to what a program is told of its trials.
#pragma once

#include <vector>

#include "hpopt/study.h"
#include "study/state.h"

namespace hpopt {

[[nodiscard]] std::vector<TrialInfo> trial_infos(const StudyState& state);

}  // namespace hpopt
