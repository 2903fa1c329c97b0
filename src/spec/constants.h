// Constants: what a command says of a parameter that does not vary in it: `--batch-size 32` is 32.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hpopt {

/// A name as commands spell it: without hyphens in front, with - for _.
[[nodiscard]] std::string plain_name(std::string_view name);

/// What stands behind `--NAME`, `--NAME=` or `NAME=`, if that is no placeholder.
[[nodiscard]] std::optional<std::string> constant_of(const std::vector<std::string>& command,
                                                     std::string_view name);

/// epochs, num_epochs, max-epochs and the like: the length of a training.
[[nodiscard]] bool names_length(std::string_view name);

/// The number behind `--epochs`, `--num_epochs`, `epochs=` and the like, when the command has it as
/// a constant: the length of a full training if the script reports epochs.
[[nodiscard]] std::optional<double> constant_length(const std::vector<std::string>& command);

/// What is left of a command without its placeholders, the length of a training and whatever is
/// said of these names (plain ones), flags included: two commands with the same rest do the same.
[[nodiscard]] std::vector<std::string> rest_of_command(const std::vector<std::string>& command,
                                                       const std::set<std::string>& names);

}  // namespace hpopt
