// The standard normal distribution, fast enough to be evaluated thousands of times a decision.
#pragma once

namespace hpopt {

/// P(low < Z < high), from a table by cubic Hermite interpolation; absolute error under 1e-10.
/// REQUIRES: low <= high.
[[nodiscard]] double normal_mass(double low, double high);

struct LogMass {
  double value;
  double slope;
};
/// log P(Z < z) and its derivative, however small it is.
[[nodiscard]] LogMass log_normal_below(double z);

}  // namespace hpopt
