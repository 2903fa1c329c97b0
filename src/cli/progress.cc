#include "cli/progress.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "study/full_length.h"

namespace hpopt {
namespace {

std::string brief_value(const Value& value) {
  if (value.is_number() && !value.is_int()) return fmt::format("{:.4g}", value.as_double());
  return value.text();
}

RunningTrial running_trial(const TrialRecord& trial) {
  RunningTrial running{.trial = trial.id,
                       .step = trial.last_step(),
                       .until = trial.until_step,
                       .value = {},
                       .params = brief_params(trial.configuration)};
  if (!trial.reports.empty()) running.value = trial.reports.back().value;
  return running;
}

std::optional<BestTrial> best_trial(const StudyState& state) {
  const TrialRecord* trial = state.find(state.best());
  if (trial == nullptr) return std::nullopt;
  const std::optional<double> score = state.best_score();
  if (!score) return std::nullopt;
  return BestTrial{.trial = trial->id,
                   .score = *score,
                   .step = trial->last_step(),
                   .confirmed = is_full_length(state, *trial),
                   .params = brief_params(trial->configuration)};
}

}  // namespace

std::string brief_params(const Configuration& params) {
  std::vector<std::string> items;
  for (const auto& [name, value] : params) {
    items.push_back(fmt::format("{}={}", name, brief_value(value)));
  }
  return join(items, " ");
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::max(0.0, std::floor(seconds)));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

Progress observe(const RunView& view) {
  const StudyState& state = view.state;
  const Objective& objective = state.spec().objectives.front();
  Progress progress{.study = state.origin().name,
                    .metric = objective.name,
                    .maximize = objective.maximize,
                    .used = view.used,
                    .budget = view.budget,
                    .run_cap = state.spec().run_cap,
                    .phase = view.phase,
                    .full_length = full_length(state),
                    .workers = view.workers,
                    .best = best_trial(state),
                    .running = {},
                    .counts = state.counts()};
  for (const TrialId id : state.open_trials()) {
    const TrialRecord* trial = state.find(id);
    if (trial != nullptr && trial->state == TrialState::kRunning) {
      progress.running.push_back(running_trial(*trial));
    }
  }
  std::sort(progress.running.begin(), progress.running.end(),
            [](const RunningTrial& a, const RunningTrial& b) { return a.trial < b.trial; });
  return progress;
}

}  // namespace hpopt
