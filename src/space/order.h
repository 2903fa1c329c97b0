// Order: constraints that put parameters in an order are mended by sorting.
#pragma once

#include <optional>

#include "hpopt/space.h"

namespace hpopt {

/// Hands the values of parameters in conflict to one another in the order that the constraints ask
/// for, each moved into its new domain; none when the constraints are circular.
[[nodiscard]] std::optional<Configuration> sort_in_conflict(const Space& space,
                                                            Configuration configuration);

}  // namespace hpopt
