// Nearest: configurations that break constraints are moved to ones that break none.
#pragma once

#include <optional>

#include "hpopt/space.h"

namespace hpopt {

/// Parameters that the constraints name move, the others stay. First all of them by little in unit
/// coordinates, towards what the broken constraints allow (Kaczmarz' projections); then one after
/// another gets the nearest value of its domain that leaves the others something. None: nothing was
/// found; parents may have moved: check.
[[nodiscard]] std::optional<Configuration> moved_to_allowed(const Space& space,
                                                            Configuration configuration);

/// Moves parameters without a default to the middle of what the constraints leave of them beside
/// the defaults, where they can't stand in the middle of their prior. May fail: check.
void yield_to_defaults(const Space& space, Configuration& configuration);

}  // namespace hpopt
