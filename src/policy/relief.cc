#include "policy/relief.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace hpopt {
namespace {

/// 1 for those who go on as things stand; who ranks twice as low as the last of them has half of
/// that.
double prospects(const Worth& worth, TrialId trial) {
  const auto level = worth.standings.reached(trial);
  if (!level) return 1;
  const auto competitors = static_cast<double>(worth.standings.ranked(*level).size());
  const double places = std::ceil(competitors / std::max(1.0, worth.eta));
  return std::min(1.0, places / static_cast<double>(worth.standings.rank(trial, *level) + 1));
}

double work_to_repeat(Pool::Kind kind, const Worth& worth, const TrialRecord& trial) {
  if (kind == Pool::Kind::kProcesses) return worth.costs.to_come_back(trial);
  if (trial.id == worth.state.best()) return std::numeric_limits<double>::infinity();
  const bool useful = worth.costs.resumes_from_disk() && !is_finished(trial.state);
  return useful ? worth.costs.spent_on_steps(trial) : 0;
}

}  // namespace

std::uint64_t total(const Pool& pool) {
  std::uint64_t sum = 0;
  for (const auto& [trial, bytes] : pool.kept) sum += bytes;
  return sum;
}

double cost_to_lose(Pool::Kind kind, const Worth& worth, const TrialRecord& trial) {
  return prospects(worth, trial.id) * work_to_repeat(kind, worth, trial);
}

std::vector<TrialId> too_many(const Pool& pool, const Worth& worth) {
  std::uint64_t kept = total(pool);
  if (kept <= pool.limit) return {};
  std::vector<std::pair<double, TrialId>> costs;  // a byte
  for (const auto& [id, bytes] : pool.kept) {
    const double cost = cost_to_lose(pool.kind, worth, *worth.state.find(id));
    if (bytes > 0 && std::isfinite(cost)) costs.emplace_back(cost / static_cast<double>(bytes), id);
  }
  std::sort(costs.begin(), costs.end());
  std::vector<TrialId> lost;
  for (const auto& [cost, id] : costs) {
    if (kept <= pool.limit) break;
    kept -= pool.kept.at(id);
    lost.push_back(id);
  }
  return lost;
}

}  // namespace hpopt
