// What a StudyState can be asked. How facts change it: apply.cc.
#include "study/state.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "study/configuration_key.h"

namespace hpopt {

std::string_view name(TrialState state) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "waiting", "running",       "paused",   "complete", "stopped",
      "failed",  "out-of-memory", "diverged", "cancelled"};
  return kNames[static_cast<std::size_t>(state)];
}

bool is_score(double value) {
  constexpr double kOverflown = 1e300;
  return std::abs(value) < kOverflown;  // NaN is not
}

bool is_failure(TrialState state) {
  return state == TrialState::kFailed || state == TrialState::kOutOfMemory ||
         state == TrialState::kDiverged;
}

bool is_finished(TrialState state) {
  return state != TrialState::kWaiting && state != TrialState::kRunning &&
         state != TrialState::kPaused;
}

const TrialRecord* StudyState::find(TrialId id) const {
  return id >= 1 && id <= trials_.size() ? &trials_[id - 1] : nullptr;
}

std::optional<double> StudyState::score(const TrialRecord& trial) const {
  std::optional<double> found;
  for (const Report& report : trial.reports) {
    if (!is_score(report.value)) continue;
    if (!found || over() == Over::kLast || better(report.value, *found)) found = report.value;
  }
  return found;
}

std::optional<double> StudyState::best_score() const {
  return best_ == 0 ? std::nullopt : std::optional(tallies_[best_ - 1].score);
}

Over StudyState::over() const {
  return spec_.objectives.empty() ? Over::kBest : spec_.objectives.front().over;
}

bool StudyState::better(double a, double b) const {
  return spec_.objectives.empty() || spec_.objectives.front().maximize ? a > b : a < b;
}

std::optional<MetricId> StudyState::metric_id(std::string_view name) const {
  const auto place = std::find(metric_names_.begin(), metric_names_.end(), name);
  if (place == metric_names_.end()) return std::nullopt;
  return static_cast<MetricId>(place - metric_names_.begin());
}

std::optional<double> StudyState::budget_seconds() const {
  if (!spec_.time_seconds && extended_ <= 0) return std::nullopt;
  return spec_.time_seconds.value_or(0) + extended_;
}

bool StudyState::tried(const Configuration& configuration) const {
  return tried_.contains(configuration_key(configuration));
}

TrialId StudyState::owner(std::uint64_t key) const {
  const auto found = tried_.find(key);
  return found == tried_.end() ? TrialId{0} : found->second;
}

/// One that failed wins only over its like; then the better score, of equal ones the earlier trial:
/// the best is a function of states and scores alone.
bool StudyState::beats(TrialId challenger, TrialId holder) const {
  const double score = tallies_[challenger - 1].score;
  if (std::isnan(score)) return false;
  if (holder == 0) return true;
  const bool failed = is_failure(trials_[challenger - 1].state);
  if (failed != is_failure(trials_[holder - 1].state)) return !failed;
  const double bar = tallies_[holder - 1].score;
  return better(score, bar) || (score == bar && challenger < holder);
}

void StudyState::set_score(TrialId id, double score) {
  const double before = std::exchange(tallies_[id - 1].score, score);
  if (id == best_) {
    if (std::isnan(score) || better(before, score)) find_best();
  } else if (beats(id, best_)) {
    best_ = id;
  }
}

void StudyState::find_best() {
  best_ = 0;
  for (TrialId id = 1; id <= trials_.size(); ++id) {
    if (trials_[id - 1].state != TrialState::kCancelled && beats(id, best_)) best_ = id;
  }
}

}  // namespace hpopt
