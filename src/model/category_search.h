// CategorySearch: a probability of each category of each axis that moves to where the best draws
// were: the categorical half of CatCMA (Hamano, Saito, Nomura, Uchida and Shirakawa, GECCO 2024,
// arXiv:2405.09962).
//
//   CategorySearch search(priors, population);
//   auto value = search.draw(axis, rng);
//   search.learn(rows);               // the best first
//
// It follows the natural gradient by steps whose length adapts: as long as they agree they grow,
// where they contradict each other they shrink (adaptive stochastic natural gradient: Akimoto et
// al., ICML 2019, Algorithm 1). No probability falls below a margin, so that no choice is final.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/rng.h"

namespace hpopt {

class CategorySearch {
 public:
  /// `priors`: of each axis the probabilities of its categories, two at least.
  CategorySearch(std::vector<std::vector<double>> priors, std::size_t population);

  [[nodiscard]] std::size_t axes() const { return probabilities_.size(); }
  [[nodiscard]] std::size_t draw(std::size_t axis, Rng& rng) const {
    return rng.weighted(probabilities_[axis]);
  }
  /// One generation, the best row first; a coordinate is the index of a category, NaN: it says
  /// nothing. REQUIRES: rows.size() == population * axes().
  void learn(std::span<const double> rows);
  [[nodiscard]] std::span<const double> probabilities(std::size_t axis) const {
    return probabilities_[axis];
  }

 private:
  /// Of the expected rank, by axis and category.
  [[nodiscard]] std::vector<std::vector<double>> natural_gradient(
      std::span<const double> rows) const;
  void adapt_step(const std::vector<std::vector<double>>& gradient, double length);
  void keep_margin(std::size_t axis);

  std::vector<double> weights_;  ///< Of the parents, by rank; sum to 1.
  std::vector<std::vector<double>> probabilities_;
  std::vector<std::vector<double>> path_;  ///< Of unit steps, in coordinates of equal information.
  double free_ = 0;                        ///< The number of probabilities that can vary.
  double expected_ = 0;                    ///< Of the path's squared length, were there no trend.
  double distrust_ = 1;                    ///< A step has one part of so many.
};

}  // namespace hpopt
