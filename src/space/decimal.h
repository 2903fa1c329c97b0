// Decimals: doubles rounded to what people write, which also absorbs the rounding errors of maps.
#pragma once

namespace hpopt {

/// The nearest decimal of so many decimal places that half a unit of the last exceeds `tolerance`:
/// whatever is off from such a decimal by less than `tolerance` comes back to it. REQUIRES: > 0.
[[nodiscard]] double round_absolute(double value, double tolerance);
/// The same in significant digits, for an error relative to the value; 14 digits at most.
[[nodiscard]] double round_relative(double value, double tolerance);

}  // namespace hpopt
