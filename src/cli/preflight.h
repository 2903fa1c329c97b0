// Preflight: what would make every trial fail is found before anything is created.
#pragma once

#include <string>

#include "hpopt/result.h"
#include "spec/study_spec.h"

namespace hpopt {

/// Errors: a regular expression that is none, or that hasn't exactly one group.
[[nodiscard]] Status check_metrics(const StudySpec& spec);

/// Errors: the program is missing in `directory` or on the PATH, or may not be executed. One that
/// is itself a parameter is not looked for.
[[nodiscard]] Status check_program(const StudySpec& spec, const std::string& directory);

}  // namespace hpopt
