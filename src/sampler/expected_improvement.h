// ExpectedImprovement: the logarithm of how far below a value a Gaussian process expects a row to
// be: see model/log_ei.h.
#pragma once

#include "model/gaussian_process.h"
#include "sampler/reward.h"

namespace hpopt {

class ExpectedImprovement final : public Reward {
 public:
  /// `process` outlives it. `best`: the value to be improved upon.
  ExpectedImprovement(const GaussianProcess& process, double best)
      : process_(process), best_(best) {}

  void add(std::span<const double> rows, std::span<double> worths) const override;
  double add_slope(std::span<const double> row, std::span<double> slope) const override;

 private:
  const GaussianProcess& process_;
  double best_;
};

}  // namespace hpopt
