#include "scheduler/median_stop.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace hpopt {
namespace {

double best_loss(const StudyState& state, const TrialRecord& trial) {
  double best = loss_of(state, trial.reports.front().value);
  for (const Report& report : trial.reports) best = std::min(best, loss_of(state, report.value));
  return best;
}

/// Infinite when one of the values is not finite.
double average_loss(const StudyState& state, const TrialRecord& trial, double step) {
  double sum = 0;
  double count = 0;
  for (const Report& report : trial.reports) {
    if (report.step > step) break;
    sum += loss_of(state, report.value);
    ++count;
  }
  return sum / count;
}

/// Of an even number: the greater one of the two in the middle, in favour of who is judged.
double upper_median(std::vector<double>& losses) {
  const auto middle = losses.begin() + static_cast<std::ptrdiff_t>(losses.size() / 2);
  std::nth_element(losses.begin(), middle, losses.end());
  return *middle;
}

}  // namespace

Judgement MedianStop::judge(const StudyState& state, const Standings& /*standings*/,
                            const TrialRecord& trial) const {
  if (!breaks_new_ground(trial)) return {};
  const double step = trial.last_step();
  if (step < options_.first_step) return {};
  std::vector<double> others;
  for (auto other = state.trials().rbegin();
       other != state.trials().rend() && others.size() < options_.most_others; ++other) {
    const bool counts = other->id != trial.id && other->state != TrialState::kCancelled &&
                        !other->reports.empty() && other->last_step() >= step &&
                        other->reports.front().step <= step;
    if (counts) others.push_back(average_loss(state, *other, step));
  }
  if (others.size() < options_.least_others) return {};
  const double median = upper_median(others);
  const double best = best_loss(state, trial);
  if (!(best > median)) return {};
  const double sign = state.better(1, 0) ? -1 : 1;
  return {options_.course,
          {.by = "median",
           .reason = fmt::format("step {:g}: its best, {:.6g}, is worse than {:.6g}, the median of "
                                 "the averages of {} trials that came as far",
                                 step, sign * best, sign * median, others.size())}};
}

}  // namespace hpopt
