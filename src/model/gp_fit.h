// The parameters of a Gaussian process that fit what was seen: the maximum of the likelihood times
// a prior, by BoundedLbfgs.
//
// Priors: lengths LogN(sqrt(2) + ln(d) / 2, sqrt(3)), which keeps the process smooth in many
// dimensions (Hvarfner, Hellsten and Nardi, "Vanilla Bayesian optimization performs great in high
// dimensions", ICML 2024); noise LogN(-4, 1), at least 1e-6; scale LogN(0, 1/2). Values are meant
// to be standardized.
#pragma once

#include <span>

#include "model/gp_kernel.h"

namespace hpopt {

/// Where the priors have their modes.
[[nodiscard]] GpParameters prior_parameters(std::size_t axes);

/// Started at `start`, at the priors' modes and where all is noise; the best one wins. Always
/// finite. `evaluations`: of the likelihood, a start.
[[nodiscard]] GpParameters fit_parameters(const GpKernel& kernel, std::span<const double> rows,
                                          std::span<const double> values, const GpParameters& start,
                                          int evaluations);

/// The negative logarithm of the likelihood times the priors, and its gradient by the logarithms of
/// the lengths, the scale and the noise. Infinite: the covariances are singular.
struct Misfit {
  double value;
  std::vector<double> gradient;
};
[[nodiscard]] Misfit misfit(const GpKernel& kernel, std::span<const double> rows,
                            std::span<const double> values, const GpParameters& parameters);

}  // namespace hpopt
