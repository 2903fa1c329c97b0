#include "options/completion.h"

#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "options/options.h"

namespace hpopt {
namespace {

std::string command_names() {
  std::vector<std::string> names;
  for (const Command& command : command_table()) names.emplace_back(command.name);
  return join(names, " ");
}

std::string flags_of(std::string_view command) {
  std::vector<std::string> flags;
  for (const Option* option : options_of(command)) flags.emplace_back(option->flag);
  flags.emplace_back("--help");
  return join(flags, " ");
}

/// Lines `flag) COMPREPLY...` for the flags that take a value: one of a few words, else a file.
std::string bash_values() {
  std::string text;
  std::set<std::string> others;
  for (const Option& option : option_table()) {
    if (option.flag.empty() || option.takes == Takes::kNothing) continue;
    if (option.takes == Takes::kChoice) {
      text += fmt::format("    {}) COMPREPLY=($(compgen -W '{}' -- \"$word\")); return ;;\n",
                          option.flag, join(split(option.range, '|'), " "));
      continue;
    }
    others.emplace(option.flag);
    if (!option.short_flag.empty()) others.emplace(option.short_flag);
  }
  return text + fmt::format("    {}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n",
                            join({others.begin(), others.end()}, "|"));
}

/// Names of studies and numbers of trials are asked of hpopt itself, whose JSON has each key on a
/// line of its own. compgen expands what it is given: only names without signs are.
constexpr std::string_view kBashNames =
    "_hpopt_studies() {\n"
    "  \"${COMP_WORDS[0]}\" list --json 2>/dev/null |\n"
    "    sed -n 's/^ *\"study\": \"\\([A-Za-z0-9._-]*\\)\",*$/\\1/p' | sort -u\n"
    "}\n"
    "_hpopt_trials() {\n"
    "  \"${COMP_WORDS[0]}\" trials --json 2>/dev/null |\n"
    "    sed -n 's/^ *\"trial\": \\([0-9]*\\),*$/\\1/p'\n"
    "}\n";

/// The words that a command's arguments may be, for compgen; empty: a file.
std::string bash_arguments(const Command& command) {
  if (command.arguments == "[STUDY]") return "$(_hpopt_studies)";
  if (command.arguments == "TRIAL [STUDY]") {
    return "$([ \"$COMP_CWORD\" -eq 2 ] && _hpopt_trials || _hpopt_studies)";
  }
  if (command.arguments.find('[') != std::string_view::npos) return {};
  return join(split(command.arguments, '|'), " ");
}

/// Lines `command) COMPREPLY...` for the commands whose arguments are not files.
std::string bash_positions() {
  std::string text =
      fmt::format("      help) COMPREPLY=($(compgen -W '{}' -- \"$word\")) ;;\n", command_names());
  for (const Command& command : command_table()) {
    const std::string words = bash_arguments(command);
    if (words.empty() && !command.arguments.empty()) continue;
    text += fmt::format("      {}) COMPREPLY=($(compgen -W \"{}\" -- \"$word\")) ;;\n",
                        command.name, words);
  }
  return text;
}

std::string bash_script() {
  std::string text =
      "# bash completion of hpopt: source this file, or put it where bash-completion looks.\n" +
      std::string(kBashNames) +
      "_hpopt() {\n"
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
  text += fmt::format("    COMPREPLY=($(compgen -W '{} help --help --version' -- \"$word\"))\n",
                      command_names());
  text += "    return\n  fi\n  case \"$before\" in\n" + bash_values() +
          "  esac\n  case \"$word\" in\n    -*) ;;\n"
          "    *)\n      case \"${COMP_WORDS[1]}\" in\n" +
          bash_positions() +
          "      *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n      esac\n"
          "      return ;;\n  esac\n"
          "  case \"${COMP_WORDS[1]}\" in\n";
  for (const Command& command : command_table()) {
    text += fmt::format("    {}) COMPREPLY=($(compgen -W '{}' -- \"$word\")) ;;\n", command.name,
                        flags_of(command.name));
  }
  return text + "  esac\n}\ncomplete -F _hpopt hpopt\n";
}

/// zsh reads bash's functions once it is asked to.
std::string zsh_script() {
  return "#compdef hpopt\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script();
}

std::string fish_line(const Command& command, const Option& option) {
  std::string line = fmt::format("complete -c hpopt -n '__fish_seen_subcommand_from {}' -l {}",
                                 command.name, option.flag.substr(2));
  if (!option.short_flag.empty()) line += fmt::format(" -s {}", option.short_flag.substr(1));
  if (option.takes != Takes::kNothing) line += " -r";
  if (option.takes == Takes::kChoice) {
    line += fmt::format(" -f -a '{}'", join(split(option.range, '|'), " "));
  }
  return line + fmt::format(" -d {}\n", shell_quote(option.meaning));
}

std::string fish_script() {
  std::string text =
      "# fish completion of hpopt\n"
      "complete -c hpopt -n __fish_use_subcommand -f -a help -d 'Show the commands'\n";
  for (const Command& command : command_table()) {
    text += fmt::format("complete -c hpopt -n __fish_use_subcommand -f -a {} -d {}\n", command.name,
                        shell_quote(command.meaning));
  }
  for (const Command& command : command_table()) {
    for (const Option* option : options_of(command.name)) text += fish_line(command, *option);
  }
  return text;
}

}  // namespace

Result<std::string> completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script();
  if (shell == "zsh") return zsh_script();
  if (shell == "fish") return fish_script();
  return invalid(fmt::format("there is no completion for '{}'", shell),
                 "the shells are bash, zsh and fish");
}

}  // namespace hpopt
