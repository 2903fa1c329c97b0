// ImportedStudy: a study as another tool left it, in neutral terms: what each reader yields and the
// one writer turns into facts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hpopt/space.h"
#include "spec/study_spec.h"
#include "study/state.h"

namespace hpopt {

struct ImportedTrial {
  std::string label = {};                    ///< What it is called there: "7".
  TrialState state = TrialState::kComplete;  ///< Waiting and cancelled ones are left out.
  Configuration configuration = {};
  std::vector<std::pair<double, double>> curve = {};  ///< Steps, ascending, and values.
  std::optional<double> value = {};                   ///< Its result, apart from the curve.
  std::map<std::string, double> numbers = {};         ///< Other metrics at its end.
  double elapsed = 0;                                 ///< Seconds; 0: not known.
  std::int64_t started_utc_ms = 0;                    ///< 0: not known.
  std::int64_t ended_utc_ms = 0;                      ///< 0: not known.
  std::optional<int> exit_code = {};
  std::string reason = {};  ///< Why it ended; often empty.
};

/// Whether the trial is kept: it was started.
[[nodiscard]] inline bool is_imported(const ImportedTrial& trial) {
  return trial.state != TrialState::kWaiting && trial.state != TrialState::kCancelled;
}

struct ImportedStudy {
  std::string name = {};
  std::string origin = {};  ///< In words: "Optuna 5.0.0".
  Objective objective = {.name = "score"};
  Space space = {};
  std::vector<ImportedTrial> trials = {};
  std::vector<std::string> notices = {};  ///< What a person should know about the source.
};

}  // namespace hpopt
