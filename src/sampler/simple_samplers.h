// The samplers that learn nothing: the user's default, pseudo-random, quasi-random, and a grid.
#pragma once

#include <memory>

#include "linalg/sobol.h"
#include "sampler/sampler.h"
#include "sampler/untried.h"

namespace hpopt {

/// The default configuration while nothing is known of it; all else is another sampler's.
class DefaultFirst final : public Sampler {
 public:
  explicit DefaultFirst(std::unique_ptr<Sampler> next) : next_(std::move(next)) {}
  std::optional<Proposal> propose(const Space& space, const History& history, Rng& rng) override;

 private:
  std::unique_ptr<Sampler> next_;
};

class RandomSampler final : public Sampler {
 public:
  std::optional<Proposal> propose(const Space& space, const History& history, Rng& rng) override;

 private:
  Untried untried_;
};

/// The n-th trial gets the n-th point of a scrambled Sobol sequence, inherited ones counted.
class SobolSampler final : public Sampler {
 public:
  explicit SobolSampler(std::uint64_t seed) : seed_(seed) {}
  std::optional<Proposal> propose(const Space& space, const History& history, Rng& rng) override;

 private:
  std::uint64_t seed_;
  std::optional<Sobol> sobol_;
  Untried untried_;
};

/// Every configuration of a finite space in its order; a space that is not finite gets the points
/// of a Sobol sequence, and says so.
class GridSampler final : public Sampler {
 public:
  explicit GridSampler(std::uint64_t seed) : instead_(seed) {}
  std::optional<Proposal> propose(const Space& space, const History& history, Rng& rng) override;

 private:
  SobolSampler instead_;
  Untried untried_;
  std::uint64_t generation_ = 0;
  std::size_t next_ = 0;  ///< All before it are tried, as of generation_.
};

}  // namespace hpopt
