// A configuration that a user wants tried, as the study can try it.
#pragma once

#include "base/rng.h"
#include "hpopt/result.h"
#include "hpopt/space.h"
#include "hpopt/value.h"

namespace hpopt {

/// In a declared space: values in the form of their parameters; active parameters that it lacks
/// have their defaults, or are drawn, so that the constraints hold. Errors: a name or a value that
/// the space doesn't have, a parameter that is not active, constraints that can't hold.
[[nodiscard]] Result<Configuration> completed(const Configuration& wanted, const Space& space,
                                              Rng& rng);

/// Define-by-run: what the study knows of must be in its range, the rest shows when it is asked
/// for.
[[nodiscard]] Result<Configuration> as_far_as_known(const Configuration& wanted,
                                                    const Space& space);

/// The value in the form of the parameter. Errors: it is none of the domain's.
[[nodiscard]] Result<Value> value_for(const Parameter& parameter, const Value& value);

}  // namespace hpopt
