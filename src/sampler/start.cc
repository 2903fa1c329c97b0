#include "sampler/start.h"

#include <algorithm>

#include "sampler/beliefs.h"

namespace hpopt {

std::optional<Proposal> Start::propose(const Space& space, const History& history, Rng& rng) {
  const auto& parameters = space.parameters();
  const bool believed =
      std::any_of(parameters.begin(), parameters.end(),
                  [](const auto& parameter) { return parameter.belief.has_value(); });
  if (!believed) return even_.propose(space, history, rng);
  const Beliefs beliefs(space, Layout(space));
  const double share = 0.5 * std::min(1.0, belief_weight(history.observations()));
  if (beliefs.empty() || rng.uniform() >= share) return even_.propose(space, history, rng);
  auto found = untried_.find(space, history, rng, [&](std::size_t) { return beliefs.drawn(rng); });
  if (!found) return std::nullopt;
  return Proposal{std::move(*found), "prior", "drawn near what you expect to be good"};
}

}  // namespace hpopt
