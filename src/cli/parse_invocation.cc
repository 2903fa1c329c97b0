// The only user of CLI11: it takes seconds to compile.
#include <algorithm>
#include <deque>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/flag_values.h"
#include "cli/invocation.h"
#include "options/options.h"

namespace hpopt {
namespace {

bool takes_argv(std::string_view command) { return command == "run" || command == "check"; }

/// "TRIAL [STUDY]" has two.
std::size_t most_arguments(const Command& command) {
  if (command.arguments.empty()) return 0;
  const std::size_t words =
      split(command.arguments.substr(0, command.arguments.find(" [--")), ' ').size();
  return words;
}

std::vector<std::string> flag_names(std::string_view command) {
  std::vector<std::string> names{"--help"};
  for (const Option* option : options_of(command)) names.emplace_back(option->flag);
  return names;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names{"help"};
  for (const Command& command : command_table()) names.emplace_back(command.name);
  return names;
}

const Command* find_command(std::string_view name) {
  const auto commands = command_table();
  const auto found = std::find_if(commands.begin(), commands.end(),
                                  [name](const Command& command) { return command.name == name; });
  return found == commands.end() ? nullptr : &*found;
}

Error without_separator(const Command& command, const std::vector<std::string>& words) {
  std::vector<std::string> rest;
  rest.reserve(words.size());
  for (const std::string& word : words) rest.push_back(shell_quote(word));
  return invalid(fmt::format("the command to {} must stand behind `--`", command.name),
                 fmt::format("hpopt {} [flags] -- {}", command.name, join(rest, " ")));
}

Error unknown_flag(const Command& command, const std::string& word) {
  const std::string flag = word.substr(0, word.find('='));
  return invalid(fmt::format("hpopt {} has no flag '{}'{}", command.name, flag,
                             did_you_mean(flag, flag_names(command.name))),
                 fmt::format("`hpopt {} --help` shows the flags", command.name));
}

std::string example_of(const Option& option) {
  if (option.takes == Takes::kDuration) return ", such as 30m";
  if (option.takes == Takes::kChoice) return ": " + join(split(option.range, '|'), ", ");
  return fmt::format(": {}", option.value);
}

/// CLI11 says "--time: 1 required TEXT missing".
Error value_missing(const Command& command, std::string_view complaint) {
  const std::string_view flag = complaint.substr(0, complaint.find(':'));
  const Option* option = find_option(command.name, flag);
  return invalid(
      fmt::format("{} needs a value{}", flag, option == nullptr ? "" : example_of(*option)));
}

std::string usage(const Command& command) {
  std::string text = fmt::format("usage: hpopt {} {}", command.name, command.arguments);
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

bool is_study_file(const std::string& word) {
  return word.ends_with(".yaml") || word.ends_with(".yml") || word.ends_with(".json");
}

/// The table's options and CLI11's, and where CLI11 leaves what it read.
class Parser {
 public:
  explicit Parser(const Command& command) : command_(command) {
    app_.allow_extras();
    app_.set_help_flag();
    app_.add_flag("-h,--help", help_);
    app_.add_option("arguments", arguments_);
    for (const Option* option : options_of(command.name)) add(*option);
  }

  Result<Invocation> parse(std::vector<std::string> words) {
    const std::vector<std::string> as_given = words;
    std::reverse(words.begin(), words.end());  // CLI11 reads from the back
    try {
      app_.parse(std::move(words));
    } catch (const CLI::ArgumentMismatch& error) {
      return value_missing(command_, error.what());
    } catch (const CLI::ParseError& error) {
      return invalid(error.what(), fmt::format("`hpopt {} --help` shows the flags", command_.name));
    }
    Invocation invocation;
    invocation.command = command_.name;
    invocation.help = help_;
    if (help_) return invocation;
    if (auto checked = check_words(as_given); !checked) return checked.error();
    invocation.arguments = arguments_;
    for (const Slot& slot : slots_) {
      if (auto kept = keep(slot, invocation); !kept) return kept.error();
    }
    return invocation;
  }

 private:
  struct Slot {
    const Option* option = nullptr;
    const CLI::Option* parsed = nullptr;
    std::vector<std::string> values;
    bool given = false;
  };

  void add(const Option& option) {
    Slot& slot = slots_.emplace_back();
    slot.option = &option;
    std::string names(option.flag);
    if (!option.short_flag.empty()) names = fmt::format("{},{}", option.short_flag, option.flag);
    if (option.takes == Takes::kNothing) {
      slot.parsed = app_.add_flag(names, slot.given);
      return;
    }
    CLI::Option* parsed = app_.add_option(names, slot.values);
    parsed->allow_extra_args(false);  // repeated, but one value a time
    if (!option.environment.empty()) parsed->envname(std::string(option.environment));
    slot.parsed = parsed;
  }

  Status check_words(const std::vector<std::string>& as_given) const {
    const auto place = [&](const std::vector<std::string>& words) {
      return words.empty() ? as_given.end()
                           : std::find(as_given.begin(), as_given.end(), words.front());
    };
    const std::vector<std::string> unknown = app_.remaining();
    const auto first = place(arguments_);
    const bool bare_command = takes_argv(command_.name) && !arguments_.empty() &&
                              !is_study_file(arguments_.front()) && first <= place(unknown);
    if (bare_command && arguments_.size() + unknown.size() > 1) {
      return without_separator(command_, {first, as_given.end()});
    }
    if (!unknown.empty()) return unknown_flag(command_, unknown.front());
    const std::size_t most = most_arguments(command_);
    if (arguments_.size() > most) {
      return invalid(fmt::format("hpopt {} doesn't know what to do with '{}'", command_.name,
                                 arguments_[most]),
                     usage(command_));
    }
    return success();
  }

  static Status keep(const Slot& slot, Invocation& invocation) {
    if (slot.parsed->count() == 0) return success();
    const std::string flag(slot.option->flag);
    if (slot.values.size() > 1 && !slot.option->repeatable) {
      return invalid("given more than once", "give it once", flag);
    }
    for (const std::string& value : slot.values) {
      if (auto checked = check_flag_value(*slot.option, value); !checked) return checked;
    }
    invocation.flags[flag] = slot.values;
    return success();
  }

  const Command& command_;
  CLI::App app_;
  std::deque<Slot> slots_;  // CLI11 keeps addresses
  std::vector<std::string> arguments_;
  bool help_ = false;
};

/// `hpopt help [COMMAND]`, `hpopt --help`, `hpopt --version`, or nothing at all.
std::optional<Result<Invocation>> parse_without_command(const std::vector<std::string>& words) {
  Invocation invocation;
  if (words.empty() || words[0] == "-h" || words[0] == "--help") {
    invocation.help = true;
    return invocation;
  }
  if (words[0] == "--version" || words[0] == "-V") {
    invocation.version = true;
    return invocation;
  }
  if (words[0] != "help") return std::nullopt;
  invocation.help = true;
  if (words.size() > 1) {
    if (find_command(words[1]) == nullptr) return std::nullopt;
    invocation.command = words[1];
  }
  return invocation;
}

}  // namespace

Result<Invocation> parse_invocation(const std::vector<std::string>& words) {
  if (auto parsed = parse_without_command(words)) return *parsed;
  const std::string& name = words[0] == "help" ? words[1] : words[0];
  const Command* command = find_command(name);
  if (command == nullptr) {
    return invalid(
        fmt::format("there is no command '{}'{}", name, did_you_mean(name, command_names())),
        "`hpopt help` shows the commands");
  }
  const auto separator = std::find(words.begin() + 1, words.end(), "--");
  Result<Invocation> parsed = Parser(*command).parse({words.begin() + 1, separator});
  if (!parsed || separator == words.end()) return parsed;
  if (!takes_argv(name)) {
    return invalid(fmt::format("hpopt {} takes no command behind `--`", name), usage(*command));
  }
  parsed->argv.assign(separator + 1, words.end());
  return parsed;
}

}  // namespace hpopt
