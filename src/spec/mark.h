// Marks: one argument of a command read as `~word(arguments;options)`, if it is one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hpopt/result.h"

namespace hpopt {

struct Mark {
  std::string prefix = {};  ///< What stands before it in the argument: "--lr=".
  std::string name = {};    ///< ~name:word(...); empty when it isn't given.
  std::string word = {};
  std::vector<std::string> arguments = {};
  std::vector<std::pair<std::string, std::string>> options = {};  ///< Behind the semicolon.
  std::string text = {};                                          ///< The mark as it stands.
};

/// None for an argument that is no mark. A mark stands at the beginning of an argument or behind
/// its first =. Errors: no closing parenthesis at the end, an option without =.
[[nodiscard]] Result<std::optional<Mark>> parse_mark(std::string_view argument);
/// The argument as the command gets it when it is no mark: ~~x becomes ~x.
[[nodiscard]] std::string unescape_mark(std::string_view argument);
/// The parts between commas, trimmed, that are not inside quotes or brackets.
[[nodiscard]] std::vector<std::string> split_outside_brackets(std::string_view text,
                                                              char separator);

}  // namespace hpopt
