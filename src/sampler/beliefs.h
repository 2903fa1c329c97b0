// Beliefs: where the user expects the best values, as a density over rows (Hvarfner et al., "piBO:
// augmenting acquisition functions with user beliefs", ICLR 2022).
//
// Each axis has its own: a bell around the value that is believed in, cut off at the ends, or a
// share for each choice; and a small even part, so that no place is ruled out. Densities are
// relative to the even one. What they weigh falls with the number of trials, so a wrong belief is
// forgotten. Threads: const use is safe.
#pragma once

#include <span>
#include <vector>

#include "base/rng.h"
#include "sampler/layout.h"
#include "sampler/reward.h"

namespace hpopt {

class Beliefs {
 public:
  Beliefs(const Space& space, const Layout& layout);

  [[nodiscard]] bool empty() const { return axes_.empty(); }
  /// A row in unit coordinates; evenly where nothing is believed.
  [[nodiscard]] std::vector<double> drawn(Rng& rng) const;

  struct Density {
    double log;
    double slope;  ///< By the coordinate; means nothing for a choice.
  };
  struct Axis {
    std::size_t axis;       ///< Of the layout.
    std::size_t parameter;  ///< Of the space.
    double at;              ///< As Layout::coordinates has it; of a choice its index.
    double spread;          ///< Of reals in unit coordinates; of a choice what the others share.
    std::vector<double> choices;  ///< In unit coordinates; empty: no choice.

    [[nodiscard]] Density density(double coordinate) const;
  };
  [[nodiscard]] std::span<const Axis> axes() const { return axes_; }

 private:
  std::size_t parameters_;
  std::vector<Axis> axes_;
};

/// The power of a belief's density after so many trials.
[[nodiscard]] double belief_weight(std::size_t trials);

/// What is believed after so many trials.
class BeliefReward final : public Reward {
 public:
  /// `beliefs` outlive it.
  BeliefReward(const Beliefs& beliefs, const Layout& layout, std::size_t trials);

  void add(std::span<const double> rows, std::span<double> worths) const override;
  double add_slope(std::span<const double> row, std::span<double> slope) const override;

 private:
  const Beliefs& beliefs_;
  std::size_t width_;
  double weight_;
};

}  // namespace hpopt
