// Notices: what a specification says and nothing will come of, for a person to read.
#pragma once

#include <string>
#include <vector>

#include "spec/study_spec.h"

namespace hpopt {

/// One line each: keys that are read and not used yet, parameters that no argument of the command
/// takes.
[[nodiscard]] std::vector<std::string> unused(const StudySpec& spec);

}  // namespace hpopt
