#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "options/options.h"

namespace hpopt {
namespace {

constexpr int kWidestHelp = 100;

/// "  label   text", the text wrapped beside or, for long labels, below it.
std::string entry(const std::string& label, const std::string& text, int column, int width) {
  std::string lines = "  " + label;
  const std::string margin(static_cast<std::size_t>(column), ' ');
  bool first = static_cast<int>(lines.size()) + 2 <= column;
  if (!first) lines += "\n";
  for (const std::string& line : wrap(text, std::max(20, width - column))) {
    if (first) {
      lines = pad_right(lines, column);
    } else {
      lines += margin;
    }
    lines += line;
    lines += '\n';
    first = false;
  }
  return lines;
}

std::string flag_label(const Option& option) {
  std::string label = option.short_flag.empty() ? "    " : fmt::format("{}, ", option.short_flag);
  label += option.flag;
  if (option.takes != Takes::kNothing) label += fmt::format(" {}", option.value);
  return label;
}

std::string flag_text(const Option& option) {
  std::string text(option.meaning);
  std::vector<std::string> more;
  if (option.takes == Takes::kChoice) more.push_back(join(split(option.range, '|'), ", "));
  if (!option.fallback.empty()) more.push_back(fmt::format("default: {}", option.fallback));
  if (!option.environment.empty()) more.push_back(fmt::format("or {}", option.environment));
  if (option.repeatable) more.emplace_back("may be repeated");
  return more.empty() ? text : fmt::format("{} [{}]", text, join(more, "; "));
}

std::string program_help(const Look& look, int width) {
  std::string text = paint("hpopt", Ink::kBold, look);
  text +=
      ": give it a training command and a time, and it gives back the best\n"
      "hyper-parameters that this time can buy.\n\n";
  text += paint(
      "  hpopt run --time 30m --metric val_acc:max -- \\\n"
      "      python train.py --lr '~log(1e-5,1)' --opt '~choice(sgd,adam)'\n\n",
      Ink::kCyan, look);
  text += "Commands:\n";
  for (const Command& command : command_table()) {
    text += entry(std::string(command.name), std::string(command.meaning), 14, width);
  }
  return text +
         "\n`hpopt COMMAND --help` tells more. The marks are ~float ~int ~log ~logint "
         "~choice ~flag\n~seed ~trial_dir ~fidelity ~length; docs/user-guide.md explains "
         "them.\n";
}

std::string command_help(const Command& command, const Look& look, int width) {
  std::string text = fmt::format("usage: hpopt {}{}{}\n\n", command.name,
                                 command.arguments.empty() ? "" : " ", command.arguments);
  for (const std::string& line : wrap(fmt::format("{}.", command.meaning), width))
    text += line + "\n";
  text += "\nFlags:\n";
  for (const Option* option : options_of(command.name)) {
    text += entry(flag_label(*option), flag_text(*option), 30, width);
  }
  text += entry("-h, --help", "This text", 30, width);
  if (command.name == "run") {
    text +=
        "\nExit codes: 0 an answer was found, 1 the study ended without one, 2 wrong usage or\n"
        "input, 3 paused (the same command goes on), 4 the store failed.\n";
    text += paint("\n  hpopt run --time 30m --metric loss:min -- ./train --lr '~log(1e-5,1)'\n",
                  Ink::kCyan, look);
  }
  return text;
}

}  // namespace

std::string help_text(std::string_view name, const Look& look) {
  const int width = std::min(look.width, kWidestHelp);
  for (const Command& command : command_table()) {
    if (command.name == name) return command_help(command, look, width);
  }
  return program_help(look, width);
}

}  // namespace hpopt
