#include "engine/trial_info.h"

#include <algorithm>

#include "study/trial_words.h"

namespace hpopt {
namespace {

/// As an identifier: "out_of_memory".
std::string word_of(TrialState state) {
  std::string word(name(state));
  std::replace(word.begin(), word.end(), '-', '_');
  return word;
}

TrialInfo info_of(const StudyState& state, const TrialRecord& trial) {
  TrialInfo info{.number = trial.id,
                 .state = word_of(trial.state),
                 .params = trial.configuration,
                 .score = state.score(trial),
                 .reports = {},
                 .seconds = trial.elapsed,
                 .reason = reason_of(trial).value_or(trial.suggested.reason)};
  info.reports.reserve(trial.reports.size());
  for (const Report& report : trial.reports) info.reports.emplace_back(report.step, report.value);
  return info;
}

}  // namespace

std::vector<TrialInfo> trial_infos(const StudyState& state) {
  std::vector<TrialInfo> infos;
  infos.reserve(state.trials().size());
  for (const TrialRecord& trial : state.trials()) infos.push_back(info_of(state, trial));
  return infos;
}

}  // namespace hpopt
