// Request: what `run` and `check` are asked to work on: a study file, marks in a command, and
// flags, which override the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/invocation.h"
#include "hpopt/result.h"
#include "spec/study_spec.h"

namespace hpopt {

/// The specification, not yet validated. Errors: neither a file nor a command; what the file, the
/// marks or the flags say wrongly.
[[nodiscard]] Result<StudySpec> read_request(const Invocation& invocation);

/// The study's name after its command: the script's stem, or the program's.
[[nodiscard]] std::string name_of_command(const std::vector<std::string>& argv);

/// Seconds from `now` (local time, seconds since 1970) to the next "HH:MM".
[[nodiscard]] Result<double> seconds_until(const std::string& time_of_day, std::int64_t now);

/// "until 18:00", or "until 18:00 tomorrow" when that is the next one.
[[nodiscard]] std::string until_text(const std::string& time_of_day, std::int64_t now);

}  // namespace hpopt
