#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analysis/report.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/progress.h"
#include "cli/store_access.h"
#include "cli/table.h"

namespace hpopt {
namespace {

/// Best first; those without a score after them, by number.
std::vector<const TrialRecord*> ranked(const StudyState& state) {
  std::vector<const TrialRecord*> trials;
  for (const TrialRecord& trial : state.trials()) trials.push_back(&trial);
  std::stable_sort(trials.begin(), trials.end(), [&](const TrialRecord* a, const TrialRecord* b) {
    const auto first = state.score(*a);
    const auto second = state.score(*b);
    if (!first || !second) return first.has_value() && !second.has_value();
    return state.better(*first, *second);
  });
  return trials;
}

Ink ink_of(const StudyState& state, const TrialRecord& trial) {
  if (trial.id == state.best()) return Ink::kGreen;
  const bool wrong = trial.state == TrialState::kFailed || trial.state == TrialState::kDiverged ||
                     trial.state == TrialState::kOutOfMemory;
  return wrong ? Ink::kRed : Ink::kPlain;
}

std::string trials_text(const StudyView& study, const Look& look) {
  const StudyState& state = study.state;
  Table table{.columns = {{.title = "trial", .right = true},
                          {.title = "state"},
                          {.title = state.spec().objectives.front().name, .right = true},
                          {.title = "step", .right = true},
                          {.title = "seconds", .right = true},
                          {.title = "parameters", .elastic = true}},
              .rows = {},
              .inks = {}};
  for (const TrialRecord* trial : ranked(state)) {
    const auto score = state.score(*trial);
    table.rows.push_back({std::to_string(trial->id), std::string(name(standing(study, *trial))),
                          score ? brief_number(*score) : "",
                          trial->reports.empty() ? "" : brief_number(trial->last_step()),
                          fmt::format("{:.1f}", trial->elapsed),
                          brief_params(trial->configuration)});
    table.inks.push_back(ink_of(state, *trial));
  }
  return table.rows.empty() ? "no trial yet\n" : draw(table, look);
}

}  // namespace

int cmd_trials(const Invocation& invocation, const Console& console) {
  const auto study = open_named_study(invocation, invocation.argument(0).value_or(""));
  if (!study) return give_up(console, study.error());
  if (!invocation.has("--json")) {
    console.out(trials_text(study->view(), console.out_look));
    return kAnswerFound;
  }
  Json json = Json::array();
  for (const TrialRecord* trial : ranked(study->state)) {
    json.push_back(trial_json(study->view(), *trial));
  }
  console.out(json_document(json));
  return kAnswerFound;
}

}  // namespace hpopt
