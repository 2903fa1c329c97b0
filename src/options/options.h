// Options: the one table of what a user can set. The flags of the command line, the keys of the
// study file, docs/options.md and the shells' completion are all made from it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hpopt {

/// What stands after a flag or a key.
enum class Takes : std::uint8_t {
  kNothing,   ///< A switch.
  kText,      ///< Any text.
  kInteger,   ///< A whole number.
  kNumber,    ///< Any number.
  kDuration,  ///< 90s, 30m, 1h30m.
  kChoice,    ///< One of the words of `range`, separated by '|'.
  kPath,      ///< A file or folder.
  kMapping,   ///< Of the study file only.
  kList,      ///< Of the study file only.
};

struct Option {
  std::string_view flag = {};        ///< "--time"; empty: a key of the study file only.
  std::string_view short_flag = {};  ///< "-q"; often empty.
  std::string_view key = {};  ///< Of the study file: "time", "metric.goal"; empty: a flag only.
  Takes takes = Takes::kText;
  std::string_view value = {};        ///< How help shows what it takes: "DURATION".
  std::string_view fallback = {};     ///< What holds when it isn't given; empty: nothing.
  std::string_view range = {};        ///< "> 0", "csv|jsonl"; empty: any.
  std::string_view meaning = {};      ///< One sentence.
  std::string_view commands = {};     ///< Of the flag, separated by blanks: "run check".
  std::string_view environment = {};  ///< A variable that stands in for the flag; often empty.
  bool repeatable = false;
};

struct Command {
  std::string_view name;
  std::string_view arguments;  ///< "[STUDY]", "TRIAL [STUDY]", "[FILE] [-- COMMAND...]".
  std::string_view meaning;
};

[[nodiscard]] std::span<const Option> option_table();
[[nodiscard]] std::span<const Command> command_table();

/// The flags of a command, in the table's order.
[[nodiscard]] std::vector<const Option*> options_of(std::string_view command);
/// The flag of a command; nullptr when it has none of this name.
[[nodiscard]] const Option* find_option(std::string_view command, std::string_view flag);

/// The keys that may stand in a study file under `parent` ("" for the top, "metric", "fidelity").
[[nodiscard]] std::vector<std::string> file_keys(std::string_view parent);

/// docs/options.md, whole.
[[nodiscard]] std::string options_markdown();

}  // namespace hpopt
