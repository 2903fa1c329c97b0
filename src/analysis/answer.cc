#include "analysis/answer.h"

#include <algorithm>

#include "engine/launcher.h"
#include "spec/command.h"
#include "study/full_length.h"

namespace hpopt {
namespace {

double step_of_score(const TrialRecord& trial, double score) {
  const auto seen = std::find_if(trial.reports.begin(), trial.reports.end(),
                                 [score](const Report& report) { return report.value == score; });
  return seen == trial.reports.end() ? trial.last_step() : seen->step;
}

bool names_json_file(const StudySpec& spec) {
  return std::any_of(spec.command.begin(), spec.command.end(), [](const std::string& argument) {
    return argument.find("${args_json_file}") != std::string::npos;
  });
}

}  // namespace

std::vector<std::string> full_command(const StudyState& state, const TrialRecord& trial) {
  TrialContext context;
  context.trial = std::to_string(trial.id);
  // The trial's own folder holds its checkpoints: who runs the winner again wants a new training.
  // Without a folder ${args_json_file} is only named; with one it would be written.
  if (!names_json_file(state.spec())) context.trial_dir = state.origin().name + "-best";
  context.seed = trial_seed(state.origin().seed, trial.id);
  for (const Fidelity& fidelity : state.spec().fidelities) {
    context.fidelity[fidelity.name] = fidelity.high;
  }
  return render_command(state.spec(), trial.configuration, context)
      .value_or(std::vector<std::string>{});
}

std::optional<Answer> answer(const StudyState& state) {
  const TrialRecord* best = state.find(state.best());
  if (best == nullptr) return std::nullopt;
  const std::optional<double> score = state.score(*best);
  if (!score) return std::nullopt;
  Answer found{.trial = best->id,
               .score = *score,
               .step = best->last_step(),
               .score_step = step_of_score(*best, *score),
               .confirmed = is_full_length(state, *best),
               .params = best->configuration,
               .command = {}};
  if (!state.spec().command.empty()) found.command = full_command(state, *best);
  return found;
}

}  // namespace hpopt
