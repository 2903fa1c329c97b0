// What a Gaussian process learns in place of losses: numbers that look normal.
//
// Losses are often skewed, with a long tail of bad ones. Failures become the worst loss that was
// seen; the power transform of Yeo and Johnson ("A new family of power transformations to improve
// normality or symmetry", Biometrika 87, 2000) with its most likely exponent, of those that do not
// squeeze the good tail, takes the skew away; the result is standardized, and what is left of the
// bad tail is cut off (Cowen-Rivers et al., "HEBO", JAIR 74, 2022). Where even so the better half
// would look the same, since losses lie many decades apart, their ranks stand for them.
#pragma once

#include <span>
#include <vector>

namespace hpopt {

/// In the order of the losses; a smaller loss never gets a larger number. Infinite or NaN: a
/// failure. All zero where the losses are all the same. Of any finite magnitude.
[[nodiscard]] std::vector<double> standardized(std::span<const double> losses);

}  // namespace hpopt
