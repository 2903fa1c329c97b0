// Exact: a value that a person wrote down, such as a default, taken as it stands or not at all.
#pragma once

#include "hpopt/domain.h"

namespace hpopt {

/// As coerce, but a number between two values of the domain is an error that names them.
[[nodiscard]] Result<Value> coerce_exactly(const Domain& domain, const Value& value);

}  // namespace hpopt
