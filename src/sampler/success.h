// Success: how likely a row is to come to a score at all, learnt from the trials that failed.
//
// A Gaussian process of labels, 0 where a trial succeeded and -2 where it failed, around a prior
// mean of success; the chance is that the label lies above -1 (classification by regression:
// Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006, section 6.5). As a
// reward it is the chance's logarithm, so that with the expected improvement it makes what is
// expected of a row that may fail (Gelbart, Snoek and Adams, "Bayesian optimization with unknown
// constraints", UAI 2014).
//
// A failure may be an accident: a single one halves the chance where it happened, and less
// beside it; with n of them each counts as one that is seen through noise of the variance 1/n.
#pragma once

#include "model/gaussian_process.h"
#include "sampler/reward.h"

namespace hpopt {

/// What became of trials.
struct Outcomes {
  std::vector<double> rows;  ///< As a kernel takes them, one a trial.
  std::vector<bool> failed;
  [[nodiscard]] std::size_t failures() const;
  /// Of those that failed.
  [[nodiscard]] std::vector<double> failed_rows(std::size_t width) const;
};

/// The parameters of the labels' process.
[[nodiscard]] GpParameters fit_success(const GpKernel& kernel, const Outcomes& outcomes,
                                       const GpParameters& start, int evaluations);

class Success final : public Reward {
 public:
  Success(const GpKernel& kernel, GpParameters parameters, const Outcomes& outcomes);

  void add(std::span<const double> rows, std::span<double> worths) const override;
  double add_slope(std::span<const double> row, std::span<double> slope) const override;

 private:
  GaussianProcess labels_;
};

}  // namespace hpopt
