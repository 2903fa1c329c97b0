// The inline form: parameters marked in the command itself, `--lr '~log(1e-5,1)'`.
#pragma once

#include <string>
#include <vector>

#include "hpopt/result.h"
#include "spec/study_spec.h"

namespace hpopt {

/// Adds to `spec` what the marks of `argv` say (parameters, fidelities) and sets spec.command to
/// argv with placeholders in their place. Words: float int log logint choice flag seed trial_dir
/// fidelity length. `~/data` passes, `~~x` is the argument `~x`, `~word(` with an unknown word is
/// an error that names the argument and the nearest word. A mark of a name that the file has
/// already must not differ. When the file has parameters that argv does not mention, ${args} is
/// added at its end.
[[nodiscard]] Status apply_inline(const std::vector<std::string>& argv, StudySpec& spec);

}  // namespace hpopt
