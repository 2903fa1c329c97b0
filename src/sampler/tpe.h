// Tpe: the tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011), multivariate over the
// whole of a conditional space: see model/parzen.h.
//
// The best 15% of the trials, at most 25, make the density l of what is good; the others, failures
// and those still running too (constant liar), make the density g of what is not. Of 24 draws from
// l the one with the greatest l / g is proposed.
//
// Trials are compared at equal steps only: at the highest level in which enough of them stand (as
// BOHB does among budgets, Falkner et al. 2018); who stands only lower is left out. The lowest rung
// alone is not believed while there are higher ones: it ranks barely trained models, and a density
// made from it leads the whole search astray. One proposal in ten is quasi-random, whatever the
// densities say. What the user believes is a factor of l / g, and gives some of the draws: see
// beliefs.h.
#pragma once

#include "sampler/beliefs.h"
#include "sampler/points.h"
#include "sampler/simple_samplers.h"
#include "sampler/start.h"

namespace hpopt {

class Tpe final : public Sampler {
 public:
  struct Options {
    /// Trials that must stand in a level before it is asked who is good.
    std::size_t enough = 10;
    double good_share = 0.15;    ///< The smaller of this share (Watanabe 2023) ...
    std::size_t most_good = 25;  ///< ... and this number is good.
    std::size_t candidates = 24;
    /// More are thinned, evenly over their age, which keeps a decision cheap. On the functions of
    /// tpe_test.cc the regret with 128 could not be told from that with 1,000.
    std::size_t most_bad = 128;
    double quasi_random = 0.1;  ///< Share of proposals that ignore the densities.
  };

  explicit Tpe(std::uint64_t seed) : Tpe(seed, Options()) {}
  Tpe(std::uint64_t seed, Options options) : options_(options), start_(seed) {}

  std::optional<Proposal> propose(const Space& space, const History& history, Rng& rng) override;

 private:
  struct Split {
    std::size_t level = 0;
    std::vector<TrialId> good;  ///< Ascending.
    std::vector<TrialId> bad;   ///< Ascending.
  };

  [[nodiscard]] std::optional<Split> split(const History& history) const;
  [[nodiscard]] std::vector<TrialId> bad_of(const History& history, const Split& split) const;
  [[nodiscard]] std::vector<TrialId> thinned(const History& history, const Split& split) const;
  [[nodiscard]] Parzen density(const std::vector<TrialId>& trials, bool by_age) const;
  [[nodiscard]] std::vector<double> draw(const Space& space, const Parzen& good, Rng& rng) const;
  [[nodiscard]] std::vector<double> draw_believed(const Space& space, Rng& rng) const;
  /// What the user's beliefs add to the logarithm of l / g, one number a candidate.
  [[nodiscard]] std::vector<double> believed(const History& history,
                                             std::span<const double> candidates) const;
  std::optional<Configuration> best_untried(const Space& space, const History& history,
                                            const Parzen& good, const Parzen& bad, Rng& rng) const;

  Options options_;
  Start start_;
  Untried untried_;
  Points points_;
  std::optional<Beliefs> beliefs_;
};

}  // namespace hpopt
