// Feasible: whether the order constraints leave anything of a space, and its defaults stand.
#pragma once

#include "hpopt/space.h"

namespace hpopt {

/// Errors: no configuration meets all constraints. Exact where no parameter is conditional; with
/// conditions it finds what the others rule out, and tries out spaces that are finite and small.
[[nodiscard]] Status check_feasible(const Space& space);

/// Errors: defaults that break a constraint when all that have one stand by it.
[[nodiscard]] Status check_defaults(const Space& space);

}  // namespace hpopt
