// Words of a reason that more than one scheduler uses.
#pragma once

#include <string>

#include "sampler/standings.h"
#include "study/state.h"

namespace hpopt {

/// 1 -> "1st", 2 -> "2nd", 11 -> "11th".
[[nodiscard]] std::string ordinal(std::size_t number);
/// 3 -> "third", 4 -> "quarter", 2.5 -> "1/2.5".
[[nodiscard]] std::string fraction(double eta);
/// "step 9: 0.94 is 2nd of 7". REQUIRES: the trial stands in the level.
[[nodiscard]] std::string place_in_words(const StudyState& state, const Standings& standings,
                                         TrialId trial, std::size_t level);

}  // namespace hpopt
