#include "sampler/history.h"

#include <algorithm>
#include <cmath>
#include <limits>

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
  const bool grown = state.space().parameters().size() != width_;
  const bool leveled =
      wanted_rungs_ == standings_.rungs() && wanted_full_ == standings_.step(standings_.whole());
  if (grown || !leveled) begin_anew(state);
  const std::vector<TrialId>& changes = state.changes();
  changed_.assign(changes.begin() + static_cast<std::ptrdiff_t>(changes_read_), changes.end());
  changes_read_ = changes.size();
  std::sort(changed_.begin(), changed_.end());
  changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
  for (TrialId id : changed_) read(*state.find(id));
  standings_.settle();
}

void History::begin_anew(const StudyState& state) {
  width_ = state.space().parameters().size();
  rows_.clear();
  present_.clear();
  changes_read_ = 0;
  ++generation_;
  standings_.reset(wanted_rungs_, wanted_full_);
}

void History::read(const TrialRecord& trial) {
  const std::size_t index = trial.id - 1;
  if (present_.size() <= index) {
    present_.resize(trial.id);
    rows_.resize(trial.id * width_, std::numeric_limits<double>::quiet_NaN());
  }
  const std::vector<double> row = state_->space().to_unit(trial.configuration);
  const std::span<double> stored = std::span(rows_).subspan(index * width_, width_);
  const bool present = trial.state != TrialState::kCancelled;
  if (present_[index] && (!present || !same_coordinates(stored, row))) ++generation_;
  std::copy(row.begin(), row.end(), stored.begin());
  present_[index] = present;
  standings_.place(*state_, trial);
}

std::vector<TrialId> History::pending() const {
  std::vector<TrialId> pending;
  for (TrialId id : state_->open_trials()) {
    if (!standings_.reached(id)) pending.push_back(id);
  }
  return pending;
}

}  // namespace hpopt
