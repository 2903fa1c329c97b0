#include "scheduler/scheduler.h"

#include <algorithm>

namespace hpopt {

bool breaks_new_ground(const TrialRecord& trial) {
  if (trial.reports.empty()) return false;
  const double last = trial.reports.back().elapsed;
  return std::all_of(trial.reports.begin(), trial.reports.end(),
                     [&](const Report& report) { return report.elapsed <= last; });
}

std::optional<std::size_t> level_just_reached(const Standings& standings,
                                              const TrialRecord& trial) {
  if (!breaks_new_ground(trial)) return std::nullopt;
  const double step = trial.last_step();
  const std::size_t count = trial.reports.size();
  const double before = count > 1 ? trial.reports[count - 2].step : 0;
  const std::vector<double>& rungs = standings.rungs();
  const auto beyond = std::upper_bound(rungs.begin(), rungs.end(), step);
  if (beyond == rungs.begin()) return std::nullopt;
  const double rung = *(beyond - 1);
  const bool past_until =
      trial.until_step > 0 && before < trial.until_step && trial.until_step <= step;
  const bool at_rung = before < rung && rung >= trial.until_step;
  if (!past_until && !at_rung) return std::nullopt;
  return static_cast<std::size_t>(beyond - rungs.begin()) - 1;
}

}  // namespace hpopt
