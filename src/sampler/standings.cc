#include "sampler/standings.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hpopt {
namespace {

constexpr double kWorst = std::numeric_limits<double>::infinity();
constexpr std::size_t kFewAdded = 8;  // cheaper to insert than to merge

Over scored_over(const StudyState& state) {
  const auto& objectives = state.spec().objectives;
  return objectives.empty() ? Over::kBest : objectives.front().over;
}

/// The loss by each step in turn: the best so far, or the last.
class RunningLoss {
 public:
  explicit RunningLoss(Over over) : over_(over) {}
  void see(double loss) { loss_ = over_ == Over::kLast ? loss : std::min(loss_, loss); }
  [[nodiscard]] double loss() const { return loss_; }

 private:
  Over over_;
  double loss_ = kWorst;
};

}  // namespace

double loss_of(const StudyState& state, double value) {
  if (!is_score(value)) return kWorst;
  return state.better(1, 0) ? -value : value;
}

void Standings::reset(std::vector<double> rungs, double full) {
  rungs_ = std::move(rungs);
  steps_ = rungs_;
  steps_.push_back(full);
  tables_.assign(steps_.size(), {});
  losses_.clear();
}

std::vector<double> Standings::losses_of(const StudyState& state, const TrialRecord& trial) const {
  if (trial.state == TrialState::kCancelled) return {};
  if (trial.state == TrialState::kOutOfMemory) return {};  // tells nothing of how good it is
  if (is_failure(trial.state)) return {kWorst};
  std::vector<double> losses;
  RunningLoss running(scored_over(state));
  auto report = trial.reports.begin();
  for (double step : steps_) {
    if (step <= 0 || trial.last_step() < step) break;
    while (report != trial.reports.end() && report->step <= step) {
      running.see(loss_of(state, (report++)->value));
    }
    losses.push_back(running.loss());
  }
  if (trial.state == TrialState::kComplete && losses.size() < steps_.size()) {
    while (report != trial.reports.end()) running.see(loss_of(state, (report++)->value));
    losses.resize(steps_.size(), running.loss());
  }
  return losses;
}

void Standings::place(const StudyState& state, const TrialRecord& trial, TrialId number,
                      double shift) {
  std::vector<double> losses = losses_of(state, trial);
  for (double& loss : losses) loss += shift;
  stand(number, std::move(losses));
}

void Standings::stand(TrialId number, std::vector<double> after) {
  if (losses_.size() < number) losses_.resize(number);
  std::vector<double>& before = losses_[number - 1];
  if (after == before) return;
  for (std::size_t level = 0; level < std::max(before.size(), after.size()); ++level) {
    const bool stays =
        level < before.size() && level < after.size() && before[level] == after[level];
    if (stays) continue;
    Table& table = tables_[level];
    if (level < before.size()) {
      const auto place = std::lower_bound(table.sorted.begin(), table.sorted.end(),
                                          Standing{before[level], number});
      table.sorted.erase(place);
    }
    if (level < after.size()) table.added.push_back({after[level], number});
  }
  before = std::move(after);
}

void Standings::settle() {
  for (Table& table : tables_) {
    if (table.added.size() <= kFewAdded) {
      for (const Standing& standing : table.added) {
        const auto place = std::lower_bound(table.sorted.begin(), table.sorted.end(), standing);
        table.sorted.insert(place, standing);
      }
    } else {
      const auto middle = static_cast<std::ptrdiff_t>(table.sorted.size());
      table.sorted.insert(table.sorted.end(), table.added.begin(), table.added.end());
      std::sort(table.sorted.begin() + middle, table.sorted.end());
      std::inplace_merge(table.sorted.begin(), table.sorted.begin() + middle, table.sorted.end());
    }
    table.added.clear();
  }
}

std::size_t Standings::successes(std::size_t level) const {
  const auto& sorted = tables_[level].sorted;
  const auto first_failure = std::partition_point(
      sorted.begin(), sorted.end(), [](const Standing& s) { return std::isfinite(s.loss); });
  return static_cast<std::size_t>(first_failure - sorted.begin());
}

std::optional<std::size_t> Standings::level_to_learn_from(std::size_t enough) const {
  std::size_t level = whole();
  while (level > 0 && successes(level) < enough) --level;
  const bool only_the_lowest = level == 0 && whole() > 0;
  if (successes(level) < enough || only_the_lowest) return std::nullopt;
  return level;
}

std::optional<std::size_t> Standings::reached(TrialId trial) const {
  if (trial == 0 || trial > losses_.size() || losses_[trial - 1].empty()) return std::nullopt;
  return losses_[trial - 1].size() - 1;
}

std::optional<double> Standings::loss(TrialId trial, std::size_t level) const {
  const auto top = reached(trial);
  if (!top || *top < level) return std::nullopt;
  return losses_[trial - 1][level];
}

std::size_t Standings::rank(TrialId trial, std::size_t level) const {
  const std::vector<Standing>& sorted = tables_[level].sorted;
  const auto place =
      std::lower_bound(sorted.begin(), sorted.end(), Standing{losses_[trial - 1][level], trial});
  return static_cast<std::size_t>(place - sorted.begin());
}

}  // namespace hpopt
