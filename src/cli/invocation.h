// Invocation: what the user typed, checked against the table of options.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hpopt/result.h"

namespace hpopt {

class Invocation {
 public:
  std::string command;                 ///< Of the command table; empty: none was given.
  std::vector<std::string> arguments;  ///< Those that belong to no flag.
  std::vector<std::string> argv;       ///< After `--`.
  bool help = false;
  bool version = false;

  /// Each flag by its long name.
  std::map<std::string, std::vector<std::string>, std::less<>> flags;

  [[nodiscard]] bool has(std::string_view flag) const { return flags.contains(flag); }
  /// The last one that was given.
  [[nodiscard]] std::optional<std::string> value(std::string_view flag) const;
  [[nodiscard]] std::vector<std::string> values(std::string_view flag) const;
  [[nodiscard]] std::optional<double> number(std::string_view flag) const;
  [[nodiscard]] std::optional<double> duration(std::string_view flag) const;
  [[nodiscard]] std::optional<std::string> argument(std::size_t index) const;
};

/// `words` without the program's name. Errors: an unknown command or flag ("did you mean"), a value
/// that a flag doesn't take, too many arguments, a command without `--` before it.
[[nodiscard]] Result<Invocation> parse_invocation(const std::vector<std::string>& words);

}  // namespace hpopt
