// Study files: YAML, a superset of the W&B sweep schema; or an hpo_config.yaml (original_form.h).
#pragma once

#include <string>
#include <string_view>

#include "hpopt/result.h"
#include "spec/study_spec.h"

namespace hpopt {

/// Errors name file:line:column, what is wrong, and how to mend it: unknown and duplicate keys
/// (with "did you mean"), empty ranges, a log scale that touches zero, a `when` that names nothing.
/// Types follow the schema, never YAML's guess: `no` is the string "no" where a string is wanted.
[[nodiscard]] Result<StudySpec> parse_study(std::string_view yaml, const std::string& file_name);
/// Reads the file; the name defaults to the file's stem.
[[nodiscard]] Result<StudySpec> load_study(const std::string& path);

/// "file:line:column" of a key of a study file, for an error that shows only when the flags are
/// known too; the file alone when the key isn't there.
[[nodiscard]] std::string place_of_key(const std::string& path, std::string_view key);

}  // namespace hpopt
