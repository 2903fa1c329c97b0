// Auto: a portfolio. A Gaussian process proposes most of the time, the Parzen estimator now and
// then, and more often while nothing better is found: no single sampler is the best everywhere
// (Benjamins et al., "carps: a framework for comparing N hyperparameter optimizers on M
// benchmarks", 2025), and where one is held by a basin the other leads out of it.
//
// A Gaussian process thinks longer the more it knows, up to some 20 ms a proposal. Beyond a few
// hundred trials that is only worth it where a trial takes long; else the estimator proposes alone.
#pragma once

#include "sampler/gp.h"
#include "sampler/tpe.h"

namespace hpopt {

class Auto final : public Sampler {
 public:
  struct Options {
    double tpe_share = 0.1;        ///< Of the proposals.
    double tpe_share_stuck = 0.5;  ///< While the search is stuck:
    double patience = 1.5;         ///< so many trials a parameter, and five more, brought nothing.
    std::size_t many = 500;        ///< Trials from which on quick ones are the estimator's alone,
    double quick = 0.5;            ///< those that take less, in seconds.
  };

  explicit Auto(std::uint64_t seed) : Auto(seed, Options()) {}
  Auto(std::uint64_t seed, Options options) : options_(options), gp_(seed), tpe_(seed) {}

  std::optional<Proposal> propose(const Space& space, const History& history, Rng& rng) override;

 private:
  [[nodiscard]] bool is_stuck(const History& history) const;

  Options options_;
  Gp gp_;
  Tpe tpe_;
};

}  // namespace hpopt
