// Feasible: whether the constraints leave anything of a space, and its defaults stand.
#pragma once

#include "hpopt/space.h"

namespace hpopt {

/// Errors: no configuration meets all constraints. Of parameters that are always active it is
/// exact where they are reals, by linear programming, and where constraints only put them in an
/// order. Beyond that, whole numbers and conditions, it looks for a configuration: among all of a
/// space that is small, else among mended draws.
[[nodiscard]] Status check_feasible(const Space& space);

/// Errors: defaults that break a constraint when all that have one stand by it.
[[nodiscard]] Status check_defaults(const Space& space);

}  // namespace hpopt
