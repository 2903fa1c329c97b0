// Command rendering: a template and a configuration give the argv of one trial. Never a shell.
//
// Placeholders inside an argument: ${name} of a parameter or fidelity, ${trial}, ${trial_dir},
// ${seed}, ${gpus}, ${port}, ${envvar:NAME}, ${args_json}, ${args_json_file}; $${ stands for ${.
// A whole argument: ${args} is --name=value for every active parameter and fidelity that the
// command does not name elsewhere (true, false and null as Python writes them when a Python program
// is called); ${args_no_hyphens} is name=value; ${args_no_boolean_flags} gives --name for true and
// nothing for false; ${name?text} is the text when the parameter is true, and nothing when false.
// An argument that names a parameter which is not active is left out, together with the flag before
// it when it consists of that placeholder alone.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hpopt/result.h"
#include "hpopt/value.h"
#include "spec/study_spec.h"

namespace hpopt {

struct TrialContext {
  std::string trial = {};      ///< ${trial}
  std::string trial_dir = {};  ///< ${trial_dir}
  std::uint64_t seed = 0;      ///< ${seed}
  std::string gpus = {};       ///< ${gpus}: "0,1"
  int port = 0;                ///< ${port}
  /// By name: the value to give (full length when cut); full length where a name is missing.
  std::map<std::string, double> fidelity = {};
};

/// Errors: a placeholder that names nothing, with "did you mean"; one that must stand alone.
[[nodiscard]] Status check_command(const StudySpec& spec);

/// Errors: as check_command. ${args_json_file} is written into the trial's directory.
[[nodiscard]] Result<std::vector<std::string>> render_command(const StudySpec& spec,
                                                              const Configuration& configuration,
                                                              const TrialContext& context);

}  // namespace hpopt
