// Configurations out of the text that Configuration::json() writes, without a JSON tree in between:
// a journal holds one a trial.
#pragma once

#include <string_view>

#include "hpopt/result.h"
#include "hpopt/value.h"

namespace hpopt {

/// Reads any JSON object; the canonical form of plain values is read at once, all else by the
/// library.
[[nodiscard]] Result<Configuration> configuration_from_text(std::string_view text);

}  // namespace hpopt
