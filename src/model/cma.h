// Cma: a Gaussian that moves to where the best of its draws were: covariance matrix adaptation, as
// in Hansen's tutorial (arXiv:1604.00772) with its default weights, the negative ones included.
//
//   Cma search(mean, 0.3, Cma::usual_population(mean.size()));
//   auto x = search.draw(rng);        // population() of them, evaluated
//   search.learn(rows);               // the best first
//
// A row need not have been drawn from this Gaussian: one that lies farther away than its own draws
// do is moved nearer first (Hansen, "Injecting external solutions into CMA-ES", arXiv:1110.4181).
//
// Each axis has a scale besides the covariance, by which place() widens what is drawn along it, and
// not the mean's steps: see margin.h.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/rng.h"
#include "model/margin.h"

namespace hpopt {

/// ln((n + 1) / 2) - ln(rank): positive for the better half of n, the parents.
[[nodiscard]] std::vector<double> weights_by_rank(std::size_t population);

class Cma {
 public:
  [[nodiscard]] static std::size_t usual_population(std::size_t axes);

  /// REQUIRES: at least one axis, sigma > 0, population >= 4.
  Cma(std::vector<double> mean, double sigma, std::size_t population);

  [[nodiscard]] std::size_t axes() const { return mean_.size(); }
  [[nodiscard]] std::size_t population() const { return weights_.all.size(); }
  [[nodiscard]] std::vector<double> draw(Rng& rng) const;
  /// One generation, the best row first. REQUIRES: rows.size() == population() * axes().
  void learn(std::span<const double> rows);

  [[nodiscard]] double mean(std::size_t axis) const { return mean_[axis]; }
  /// Of one axis, all others left open.
  [[nodiscard]] double deviation(std::size_t axis) const;
  /// Sets both; the deviation by the axis's scale. REQUIRES: it is > 0.
  void place(std::size_t axis, AxisNormal normal);
  /// No axis has a greater deviation afterwards.
  void narrow(double greatest);

  /// Of one axis, given what was drawn along all others.
  [[nodiscard]] AxisNormal given_others(std::size_t axis, std::span<const double> row) const;

  /// The greatest deviation along any direction over the least, squared.
  [[nodiscard]] double condition() const;

 private:
  struct Weights {
    explicit Weights(std::size_t axes, std::size_t population);
    std::vector<double> all;  ///< By rank; the positive ones sum to 1.
    double effective = 0;     ///< The number of parents that count, "mu_eff".
    double rank_one = 0;      ///< c_1
    double rank_mu = 0;       ///< c_mu
    double path = 0;          ///< c_c
    double sigma_path = 0;    ///< c_sigma
    double damping = 0;       ///< d_sigma
  };

  [[nodiscard]] std::vector<double> steps_of(std::span<const double> rows) const;
  void move_mean(std::span<const double> step);
  void adapt_sigma(std::span<const double> step);
  void adapt_covariance(std::span<const double> step, std::span<const double> steps);
  void decompose();

  Weights weights_;
  std::size_t generation_ = 0;
  std::size_t decomposed_ = 0;
  double sigma_;
  bool path_is_long_ = false;
  std::vector<double> mean_;
  std::vector<double> scales_;
  std::vector<double> covariance_;  ///< Column-major, symmetric; so the next four.
  std::vector<double> root_;        ///< B D, whose product with itself is the covariance.
  std::vector<double> whitening_;   ///< C^(-1/2)
  std::vector<double> precision_;   ///< C^-1
  std::vector<double> widths_;      ///< D, ascending.
  std::vector<double> path_;
  std::vector<double> sigma_path_;
};

}  // namespace hpopt
