// Answer: the best configuration that a study knows, and how to run it again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "study/state.h"

namespace hpopt {

struct Answer {
  TrialId trial = 0;
  double score = 0;
  double step = 0;         ///< The step it was trained to; 0: no steps.
  double score_step = 0;   ///< The step at which the score was seen.
  bool confirmed = false;  ///< Trained to its full length.
  Configuration params;
  std::vector<std::string> command;  ///< argv at full length; empty for in-process objectives.
};

/// None while no trial has a score.
[[nodiscard]] std::optional<Answer> answer(const StudyState& state);

/// argv that trains the trial's configuration at full length. Its `${trial_dir}` is "NAME-best" in
/// the working directory, so that no checkpoint of the study is found; `${port}` is 0.
[[nodiscard]] std::vector<std::string> full_command(const StudyState& state,
                                                    const TrialRecord& trial);

}  // namespace hpopt
