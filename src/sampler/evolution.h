// Evolution: one search of the sampler CmaEs: a Gaussian over the latents of a layout's numeric
// axes and probabilities of its categories, which move together to where the best points were.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/category_search.h"
#include "model/cma.h"
#include "sampler/latents.h"

namespace hpopt {

class Evolution {
 public:
  /// From a point of the layout. REQUIRES: `latents` outlives it.
  Evolution(const Latents& latents, std::span<const double> start, double sigma,
            std::size_t population);

  [[nodiscard]] std::size_t population() const { return population_; }
  /// A point, with coordinates where it is active.
  [[nodiscard]] std::vector<double> draw(Rng& rng) const;
  /// One generation of points, the best first; `rng` draws what stands behind their coordinates.
  void learn(std::span<const std::span<const double>> points, Rng& rng);
  /// Whether what it draws can't be told apart any more, or is drawn with too little precision.
  [[nodiscard]] bool is_spent() const;

 private:
  const Latents* latents_;
  std::size_t population_;
  std::optional<Cma> numbers_;
  std::optional<CategorySearch> categories_;
};

}  // namespace hpopt
