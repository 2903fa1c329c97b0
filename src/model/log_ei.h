// The logarithm of the expected improvement below a value, stable however small it is (Ament et
// al., "Unexpected improvements to expected improvement for Bayesian optimization", NeurIPS 2023).
#pragma once

namespace hpopt {

struct LogEi {
  double value;
  double by_mean;  ///< Its derivatives.
  double by_deviation;
};
/// E[max(0, best - X)], X normal. REQUIRES: deviation > 0.
[[nodiscard]] LogEi log_expected_improvement(double mean, double deviation, double best);

}  // namespace hpopt
