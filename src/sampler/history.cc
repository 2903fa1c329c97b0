#include "sampler/history.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "study/configuration_key.h"

namespace hpopt {
namespace {

bool same_coordinates(std::span<const double> a, std::span<const double> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

}  // namespace

void History::set_levels(std::vector<double> rungs, double full) {
  wanted_rungs_ = std::move(rungs);
  wanted_full_ = full;
}

void History::sync(const StudyState& state) {
  state_ = &state;
  const bool grown =
      state.space().parameters().size() != width_ || state.inherited().size() != inherited_;
  const bool leveled =
      wanted_rungs_ == standings_.rungs() && wanted_full_ == standings_.step(standings_.whole());
  if (grown || !leveled) begin_anew(state);
  const std::vector<TrialId>& changes = state.changes();
  changed_.assign(changes.begin() + static_cast<std::ptrdiff_t>(changes_read_), changes.end());
  changes_read_ = changes.size();
  std::sort(changed_.begin(), changed_.end());
  changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
  for (TrialId id : changed_) read(*state.find(id));
  if (inherited_ > 0 && !changed_.empty()) calibrate();
  standings_.settle();
  known_.settle();
}

void History::begin_anew(const StudyState& state) {
  width_ = state.space().parameters().size();
  inherited_ = state.inherited().size();
  rows_.clear();
  present_.clear();
  changes_read_ = 0;
  ++generation_;
  standings_.reset(wanted_rungs_, wanted_full_);
  known_.reset(wanted_rungs_, wanted_full_);
  read_inherited();
}

void History::read_inherited() {
  inheritance_.clear();
  replaces_.clear();
  shift_ = 0;
  times_replaced_.assign(inherited_, 0);
  for (std::size_t i = 0; i < inherited_; ++i) {
    const TrialRecord& known = state_->inherited()[i];
    const auto observation = static_cast<TrialId>(i + 1);
    inheritance_.emplace(configuration_key(known.configuration), observation);
    (void)set_row(i, known.configuration, true);
    known_.place(*state_, known, observation);
  }
}

bool History::set_row(std::size_t index, const Configuration& configuration, bool present) {
  if (present_.size() <= index) {
    present_.resize(index + 1);
    rows_.resize((index + 1) * width_, std::numeric_limits<double>::quiet_NaN());
  }
  const std::vector<double> row = state_->space().to_unit(configuration);
  const std::span<double> stored = std::span(rows_).subspan(index * width_, width_);
  const bool changed = present_[index] && (!present || !same_coordinates(stored, row));
  std::copy(row.begin(), row.end(), stored.begin());
  present_[index] = present;
  return changed;
}

void History::read(const TrialRecord& trial) {
  const bool present = trial.state != TrialState::kCancelled;
  if (set_row(inherited_ + trial.id - 1, trial.configuration, present)) ++generation_;
  standings_.place(*state_, trial);
  if (inherited_ > 0) see_again(trial);
}

/// The observation that a trial with a score makes worthless; 0: none.
TrialId History::replaced_by(const TrialRecord& trial) const {
  if (!standings_.reached(trial.id)) return 0;
  const auto same = inheritance_.find(configuration_key(trial.configuration));
  return same == inheritance_.end() ? 0 : same->second;
}

void History::see_again(const TrialRecord& trial) {
  known_.place(*state_, trial, static_cast<TrialId>(inherited_ + trial.id));
  if (replaces_.size() < trial.id) replaces_.resize(trial.id);
  const TrialId before = std::exchange(replaces_[trial.id - 1], replaced_by(trial));
  const TrialId after = replaces_[trial.id - 1];
  if (before == after) return;
  if (before != 0 && --times_replaced_[before - 1] == 0) recall(before, true);
  if (after != 0 && ++times_replaced_[after - 1] == 1) recall(after, false);
}

void History::recall(TrialId observation, bool counts) {
  known_.settle();  // it may have been placed just now
  const TrialRecord& known = state_->inherited()[observation - 1];
  (void)set_row(observation - 1, known.configuration, counts);
  ++generation_;
  if (counts) {
    known_.place(*state_, known, observation, shift_);
  } else {
    known_.remove(observation);
  }
}

/// Of those that were tried again: the loss now less the loss then, at the same step.
std::vector<double> History::changes_of_loss() const {
  std::vector<double> changes;
  for (std::size_t i = 0; i < replaces_.size(); ++i) {
    if (replaces_[i] == 0) continue;
    const auto now = standings_.losses_of(*state_, state_->trials()[i]);
    const auto then = standings_.losses_of(*state_, state_->inherited()[replaces_[i] - 1]);
    const std::size_t level = std::min(now.size(), then.size());
    if (level == 0) continue;
    const double change = now[level - 1] - then[level - 1];
    if (std::isfinite(change)) changes.push_back(change);
  }
  return changes;
}

void History::calibrate() {
  std::vector<double> changes = changes_of_loss();
  const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2);
  std::nth_element(changes.begin(), middle, changes.end());
  const double shift = changes.empty() ? 0 : *middle;
  if (shift == shift_) return;
  shift_ = shift;
  known_.settle();
  for (TrialId observation = 1; observation <= inherited_; ++observation) {
    if (times_replaced_[observation - 1] > 0) continue;
    known_.place(*state_, state_->inherited()[observation - 1], observation, shift_);
  }
}

std::optional<Configuration> History::fresh(std::optional<Configuration> drawn) const {
  if (drawn) drawn = within_memory(*state_, std::move(*drawn));
  if (drawn && tried(*drawn)) drawn.reset();
  return drawn;
}

double History::typical_seconds() const {
  constexpr std::size_t kNewest = 32;
  std::vector<double> seconds;
  const auto& trials = state_->trials();
  for (auto trial = trials.rbegin(); trial != trials.rend() && seconds.size() < kNewest; ++trial) {
    if (is_finished(trial->state)) seconds.push_back(trial->elapsed);
  }
  if (seconds.empty()) return 0;
  const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::nth_element(seconds.begin(), middle, seconds.end());
  return *middle;
}

std::vector<TrialId> History::pending() const {
  std::vector<TrialId> pending;
  for (TrialId id : state_->open_trials()) {
    if (standings_.reached(id) || inherits(state_->find(id)->configuration)) continue;
    pending.push_back(static_cast<TrialId>(inherited_ + id));
  }
  return pending;
}

bool History::inherits(const Configuration& configuration) const {
  return inherited_ > 0 && inheritance_.contains(configuration_key(configuration));
}

}  // namespace hpopt
