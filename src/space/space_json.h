// Spaces as JSON, lossless: what specifications and journals keep.
#pragma once

#include "base/json.h"
#include "hpopt/result.h"
#include "hpopt/space.h"

namespace hpopt {

[[nodiscard]] Json to_json(const Domain& domain);
[[nodiscard]] Result<Domain> domain_from_json(const Json& json);
[[nodiscard]] Json to_json(const Parameter& parameter);
[[nodiscard]] Result<Parameter> parameter_from_json(const Json& json);
[[nodiscard]] Json to_json(const Space& space);
[[nodiscard]] Result<Space> space_from_json(const Json& json);

}  // namespace hpopt
