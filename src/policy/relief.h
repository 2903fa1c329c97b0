// Relief: which trials give back what they keep when a pool holds too much.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/cost_model.h"
#include "sampler/standings.h"
#include "study/action.h"

namespace hpopt {

/// Bytes in the pool.
[[nodiscard]] std::uint64_t total(const Pool& pool);

/// What the costs of losing depend on.
struct Worth {
  const StudyState& state;
  const Standings& standings;
  const CostModel& costs;
  double eta = 1;  ///< Of halving: one in so many goes on.
};

/// Seconds of work that are expected to be done again if the trial loses what it keeps: those that
/// it takes to come back to where it stands, times its prospects of going on at all. Infinity: it
/// must not be lost.
[[nodiscard]] double cost_to_lose(Pool::Kind kind, const Worth& worth, const TrialRecord& trial);

/// The cheapest to lose for what they keep, until the rest is within the limit.
[[nodiscard]] std::vector<TrialId> too_many(const Pool& pool, const Worth& worth);

}  // namespace hpopt
