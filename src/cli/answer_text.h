// AnswerText: what a study came to, for people.
#pragma once

#include <string>

#include "analysis/study_view.h"
#include "base/json.h"
#include "cli/display.h"

namespace hpopt {

/// The best score, its parameters and, on a line of its own, the command that trains it again:
/// quoted for a shell and never cut. Says so when there is no score.
[[nodiscard]] std::string answer_text(const StudyState& state, const Look& look);

/// "61 trials: 12 complete, 40 stopped, 9 paused", "59 s of 1 min used".
[[nodiscard]] std::string tally_text(const StudyView& study, const Look& look);
/// The same of what status --json says.
[[nodiscard]] std::string tally_text(const Json& status, const Look& look);

/// How the trials came to fail, when none has a score: the last message.
[[nodiscard]] std::string failure_text(const StudyState& state);

}  // namespace hpopt
