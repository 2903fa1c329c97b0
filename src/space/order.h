// Order: the constraints between numeric parameters: whether they hold, and how sorting mends them.
#pragma once

#include <optional>
#include <string>

#include "hpopt/space.h"

namespace hpopt {

/// Whether it holds; so it does where a side names a parameter that is not active.
[[nodiscard]] bool holds(const Space& space, const Constraint& constraint,
                         const Configuration& configuration);
/// "lr_min < lr"
[[nodiscard]] std::string describe(const Constraint& constraint);
/// Hands the values of parameters in conflict to one another in the order that the constraints ask
/// for, each moved into its new domain; none when the constraints are circular.
[[nodiscard]] std::optional<Configuration> sort_in_conflict(const Space& space,
                                                            Configuration configuration);

/// Moves parameters without a default to the middle of the part of their prior that a constraint
/// in conflict leaves them.
void yield_to_defaults(const Space& space, Configuration& configuration);

}  // namespace hpopt
