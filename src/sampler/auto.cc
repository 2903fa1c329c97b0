#include "sampler/auto.h"

#include <algorithm>

namespace hpopt {

/// No trial after the best one is better, though as many came as should have brought one.
bool Auto::is_stuck(const History& history) const {
  constexpr double kAtLeast = 5;
  const Standings& standings = history.known();
  const auto level = standings.level_to_learn_from(1);
  if (!level) return false;
  const auto ranked = standings.ranked(*level);
  const auto newer = std::count_if(ranked.begin(), ranked.end(), [&](const Standing& standing) {
    return standing.trial > ranked.front().trial;
  });
  return static_cast<double>(newer) >
         kAtLeast + options_.patience * static_cast<double>(history.width());
}

std::optional<Proposal> Auto::propose(const Space& space, const History& history, Rng& rng) {
  const bool hurries =  // it thinks for longer than a trial takes
      history.observations() >= options_.many && history.typical_seconds() < options_.quick;
  const bool stuck = is_stuck(history);
  const double share = stuck ? options_.tpe_share_stuck : options_.tpe_share;
  if (!hurries && rng.uniform() >= share) return gp_.propose(space, history, rng);
  auto proposal = tpe_.propose(space, history, rng);
  if (proposal && hurries) proposal->reason += "; trials are quicker than another model thinks";
  if (proposal && stuck) proposal->reason += "; nothing better came for long, so models take turns";
  return proposal;
}

}  // namespace hpopt
