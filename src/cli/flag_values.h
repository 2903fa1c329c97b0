// Flag values: whether what stands after a flag is what its option takes.
#pragma once

#include <string>

#include "hpopt/result.h"
#include "options/options.h"

namespace hpopt {

/// Errors name the flag, what it takes and, for a choice, the nearest word.
[[nodiscard]] Status check_flag_value(const Option& option, const std::string& text);

}  // namespace hpopt
