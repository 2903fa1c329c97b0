// LinearProgram: whether real numbers can meet inequalities, exactly: by the simplex algorithm with
// Bland's rule (Bland, "New finite pivoting rules for the simplex method", Mathematics of
// Operations Research 2, 1977).
#pragma once

#include <span>
#include <vector>

namespace hpopt {

/// The sum of coefficient * x is at most the bound, or below it.
struct LinearRow {
  std::vector<double> coefficients;  ///< One a variable.
  double bound = 0;
  bool strict = false;
};

/// Whether there is a point of the unit cube that meets all rows. Rows should be scaled to
/// magnitudes of about 1; what is missed by less than 1e-9 is met.
[[nodiscard]] bool can_be_met(std::span<const LinearRow> rows, std::size_t variables);

}  // namespace hpopt
