#include "engine/trial_run.h"

#include <algorithm>
#include <cmath>

#include "study/trial_words.h"

namespace hpopt {

std::optional<MetricId> Intake::number(const std::string& name, const StudyState& state,
                                       std::vector<Payload>& out) {
  if (name.empty()) return 0;
  const std::vector<std::string>& names = state.metric_names();  // the objectives first
  for (; read_ < names.size(); ++read_) numbers_[names[read_]] = static_cast<MetricId>(read_);
  if (const auto known = numbers_.find(name); known != numbers_.end()) return known->second;
  next_ = std::max(next_, names.size());
  if (next_ >= kMostMetrics) return std::nullopt;
  const auto id = static_cast<MetricId>(next_++);
  out.emplace_back(MetricNamed{id, name});
  return numbers_[name] = id;
}

std::optional<MetricId> Intake::take(const Said& said, TrialRun& run, const StudyState& state,
                                     std::vector<Payload>& out) {
  const auto metric = number(said.metric, state, out);
  if (!metric || (said.step && !std::isfinite(*said.step))) return std::nullopt;
  double& counted = run.counted[said.metric];
  if (!said.step) counted += 1 + static_cast<double>(said.passed_over);
  const double step = said.step.value_or(counted);
  run.most_repeated = std::max(run.most_repeated, run.names.add(said.metric));
  if (metric == 0) {
    if (run.scores++ == 0) run.first_score = said.elapsed;
    run.last_score = said.elapsed;
    if (!is_score(said.value)) run.diverged = said.value;
  }
  out.emplace_back(Reported{.trial = run.trial,
                            .token = run.token,
                            .sequence = ++run.sequence,
                            .metric = *metric,
                            .step = step,
                            .value = said.value,
                            .elapsed = said.elapsed});
  return metric;
}

Paused let_go(const TrialRecord& trial, const std::string& why) {
  std::string reason(kLetGoReason);
  if (!why.empty()) reason += ": " + why;
  return {.trial = trial.id,
          .token = trial.token,
          .held = false,
          .elapsed = trial.elapsed,
          .decision = {.by = trial.decisions.back().by, .reason = std::move(reason)}};
}

bool looks_buffered(const TrialRun& run, double elapsed) {
  constexpr int kSteps = 3;
  constexpr double kAtOnce = 0.05;  // seconds
  constexpr double kLong = 1.0;     // seconds
  const double ran = elapsed - run.elapsed_before;
  return run.scores >= kSteps && ran > kLong && run.last_score - run.first_score < kAtOnce &&
         elapsed - run.last_score < 0.1 * ran;
}

}  // namespace hpopt
