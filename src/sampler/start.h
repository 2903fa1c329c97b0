// Start: what is tried before anything is known: quasi-random points, and, where the user has a
// belief, near what he believes in every second time, less often as trials come in.
#pragma once

#include "sampler/simple_samplers.h"

namespace hpopt {

class Start final : public Sampler {
 public:
  explicit Start(std::uint64_t seed) : even_(seed) {}
  std::optional<Proposal> propose(const Space& space, const History& history, Rng& rng) override;

 private:
  SobolSampler even_;
  Untried untried_;
};

}  // namespace hpopt
