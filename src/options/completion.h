// Completion scripts for shells, made from the table of options.
#pragma once

#include <string>
#include <string_view>

#include "hpopt/result.h"

namespace hpopt {

/// For "bash", "zsh" or "fish"; an error for any other.
[[nodiscard]] Result<std::string> completion_script(std::string_view shell);

}  // namespace hpopt
