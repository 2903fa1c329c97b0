#include "options/options.h"

#include <algorithm>

#include "base/text.h"

namespace hpopt {
namespace {

bool belongs_to(const Option& option, std::string_view command) {
  if (option.flag.empty()) return false;
  const std::vector<std::string> commands = split(option.commands, ' ');
  return std::find(commands.begin(), commands.end(), command) != commands.end();
}

}  // namespace

std::vector<const Option*> options_of(std::string_view command) {
  std::vector<const Option*> found;
  for (const Option& option : option_table()) {
    if (belongs_to(option, command)) found.push_back(&option);
  }
  return found;
}

const Option* find_option(std::string_view command, std::string_view flag) {
  for (const Option* option : options_of(command)) {
    if (option->flag == flag || (!flag.empty() && option->short_flag == flag)) return option;
  }
  return nullptr;
}

std::vector<std::string> file_keys(std::string_view parent) {
  std::vector<std::string> keys;
  for (const Option& option : option_table()) {
    const std::size_t dot = option.key.find('.');
    const bool nested = dot != std::string_view::npos;
    if (option.key.empty() || nested == parent.empty()) continue;
    if (!nested) keys.emplace_back(option.key);
    if (nested && option.key.substr(0, dot) == parent)
      keys.emplace_back(option.key.substr(dot + 1));
  }
  return keys;
}

}  // namespace hpopt
