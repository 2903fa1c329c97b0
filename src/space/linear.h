// Linear: how the sides of a constraint are read, and whether it holds.
#pragma once

#include <string>

#include "hpopt/space.h"

namespace hpopt {

/// Errors: a side that is no sum of parameters and numbers, or that names what the space has not.
[[nodiscard]] Result<Inequality> read_inequality(const Space& space, const Constraint& constraint);

/// Whether it holds; so it does where it names a parameter that is not active. Sums that are equal
/// but for rounding errors count as equal.
[[nodiscard]] bool holds(const Space& space, const Inequality& inequality,
                         const Configuration& configuration);

/// By how much a sum may be off, given the magnitudes that are added up; 0: it is exact.
[[nodiscard]] double sum_rounding(const Inequality& inequality, double magnitudes);

/// left < right, both of them parameters: what sorting can mend.
[[nodiscard]] bool is_order(const Inequality& inequality);

/// "lr_min < lr"
[[nodiscard]] std::string describe(const Constraint& constraint);

}  // namespace hpopt
