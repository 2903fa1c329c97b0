#include "policy/cost_model.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hpopt {
namespace {

constexpr std::size_t kNewestTrials = 200;
constexpr std::size_t kNewestReports = 64;
// A second run whose first step came this much later than a fresh run's has begun anew.
constexpr double kLateStart = 1.5;

/// The q-quantile; -1 of nothing.
double quantile_of(std::vector<double>& values, double q) {
  if (values.empty()) return -1;
  const auto index = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return *(values.begin() + index);
}

/// The median of the seconds between reports, a step. Where a run began anew the clock jumps; a
/// median passes over that.
double seconds_a_step(const std::vector<Report>& reports) {
  std::vector<double> paces;
  const std::size_t first = reports.size() > kNewestReports ? reports.size() - kNewestReports : 1;
  for (std::size_t i = std::max<std::size_t>(1, first); i < reports.size(); ++i) {
    const double seconds = reports[i].elapsed - reports[i - 1].elapsed;
    if (seconds > 0) paces.push_back(seconds / (reports[i].step - reports[i - 1].step));
  }
  return quantile_of(paces, 0.5);
}

}  // namespace

CostModel::Timing CostModel::measure(const TrialRecord& trial) {
  Timing timing;
  if (trial.state == TrialState::kComplete && trial.runs == 1) timing.whole = trial.elapsed;
  if (trial.reports.empty()) return timing;
  const Report& first = trial.reports.front();
  timing.step = seconds_a_step(trial.reports);
  if (timing.step <= 0) return timing;
  const double before_first = std::max(0.0, first.elapsed - first.step * timing.step);
  if (trial.runs == 1) {
    timing.start_up = before_first;
  } else if (trial.state != TrialState::kRunning) {
    timing.second_start = before_first;
  }
  return timing;
}

void CostModel::sync(const StudyState& state) {
  const std::vector<TrialId>& changes = state.changes();
  if (changes_read_ == changes.size() && session_ == state.sessions()) return;
  timings_.resize(state.trials().size());
  std::vector<TrialId> changed(changes.begin() + static_cast<std::ptrdiff_t>(changes_read_),
                               changes.end());
  changes_read_ = changes.size();
  session_ = state.sessions();
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  for (TrialId id : changed) {
    const TrialRecord& trial = *state.find(id);
    timings_[id - 1] = measure(trial);
    if (!trial.reports.empty()) {
      least_first_step_ = std::min(least_first_step_, trial.reports.front().step);
    }
  }
  summarize();
}

void CostModel::summarize() {
  std::vector<double> start_ups;
  std::vector<double> steps;
  std::vector<double> wholes;
  std::vector<double> second_starts;
  const std::size_t oldest = timings_.size() > kNewestTrials ? timings_.size() - kNewestTrials : 0;
  for (std::size_t i = timings_.size(); i-- > oldest;) {
    const Timing& timing = timings_[i];
    if (timing.start_up >= 0) start_ups.push_back(timing.start_up);
    if (timing.step > 0) steps.push_back(timing.step);
    if (timing.whole > 0) wholes.push_back(timing.whole);
    if (timing.second_start >= 0) second_starts.push_back(timing.second_start);
  }
  start_up_ = std::max(0.0, quantile_of(start_ups, 0.5));
  step_ = std::max(0.0, quantile_of(steps, 0.5));
  whole_ = std::max(0.0, quantile_of(wholes, 0.5));
  quick_whole_ = std::max(0.0, quantile_of(wholes, 0.25));
  const double late = kLateStart * start_up_ + step_;
  const auto anew = std::count_if(second_starts.begin(), second_starts.end(),
                                  [&](double second) { return second > late; });
  resumes_from_disk_ = 2 * anew < static_cast<std::ptrdiff_t>(second_starts.size());
}

double CostModel::step_of(const TrialRecord& trial) const {
  const double own = trial.id <= timings_.size() ? timings_[trial.id - 1].step : -1;
  return own > 0 ? own : step_;
}

double CostModel::to_reach(const TrialRecord& trial, double step) const {
  const double ahead = std::max(0.0, step - trial.last_step()) * step_of(trial);
  const bool runs_on =
      trial.state == TrialState::kRunning || (trial.held && trial.session == session_);
  if (runs_on) return ahead;
  const bool from_disk = resumes_from_disk_ && !trial.starts_anew;
  return start_up_ + (from_disk ? ahead : step * step_of(trial));
}

}  // namespace hpopt
