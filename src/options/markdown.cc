#include <fmt/format.h>

#include "base/text.h"
#include "options/options.h"

namespace hpopt {
namespace {

/// A vertical bar would end the cell of a table.
std::string cell(std::string_view text) { return join(split(text, '|'), "\\|"); }

std::string code_or_empty(std::string_view text) {
  return text.empty() ? "" : fmt::format("`{}`", cell(text));
}

std::string flag_cell(const Option& option) {
  std::string text = code_or_empty(option.flag);
  if (!option.short_flag.empty()) text += fmt::format(", `{}`", option.short_flag);
  if (!option.value.empty()) text += fmt::format(" `{}`", cell(option.value));
  return text;
}

std::string meaning_cell(const Option& option) {
  std::string text = cell(option.meaning);
  if (option.repeatable) text += ". May be repeated";
  if (!option.environment.empty()) text += fmt::format(". Environment: `{}`", option.environment);
  return text;
}

std::string command_row(const Command& command) {
  const std::string usage = command.arguments.empty() ? "" : fmt::format(" {}", command.arguments);
  return fmt::format("| `hpopt {}{}` | {} |\n", command.name, cell(usage), cell(command.meaning));
}

std::string flag_row(const Option& option) {
  return fmt::format("| {} | {} | {} | {} | {} |\n", flag_cell(option), meaning_cell(option),
                     cell(option.fallback), cell(option.range), option.commands);
}

std::string key_row(const Option& option) {
  return fmt::format("| `{}` | {} | {} | {} | {} |\n", option.key, meaning_cell(option),
                     cell(option.fallback), cell(option.range), code_or_empty(option.flag));
}

}  // namespace

std::string options_markdown() {
  std::string text =
      "# Options\n\n"
      "Made from the one table of options, `src/options/table.cc`; a test keeps them in step.\n\n"
      "## Commands\n\n| command | meaning |\n|---|---|\n";
  for (const Command& command : command_table()) text += command_row(command);
  text +=
      "\n## Flags\n\nA flag of `hpopt run` overrides the same key of the study file.\n\n"
      "| flag | meaning | default | range | commands |\n|---|---|---|---|---|\n";
  for (const Option& option : option_table()) {
    if (!option.flag.empty()) text += flag_row(option);
  }
  text +=
      "\n## Keys of the study file\n\n"
      "| key | meaning | default | range | flag |\n|---|---|---|---|---|\n";
  for (const Option& option : option_table()) {
    if (!option.key.empty()) text += key_row(option);
  }
  return text;
}

}  // namespace hpopt
