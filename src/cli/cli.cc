#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "engine/version.h"

namespace hpopt {
namespace {

using CommandFunction = int (*)(const Invocation&, const Console&);

constexpr std::array<std::pair<std::string_view, CommandFunction>, 17> kFunctions{{
    {"run", cmd_run},
    {"check", cmd_check},
    {"status", cmd_status},
    {"list", cmd_list},
    {"trials", cmd_trials},
    {"show", cmd_show},
    {"best", cmd_best},
    {"why", cmd_why},
    {"replay", cmd_replay},
    {"export", cmd_export},
    {"import", cmd_import},
    {"stop", cmd_stop},
    {"delete", cmd_delete},
    {"gc", cmd_gc},
    {"report", cmd_report},
    {"doctor", cmd_doctor},
    {"completion", cmd_completion},
}};

int dispatch(const Invocation& invocation, const Console& console) {
  if (invocation.version) {
    console.out(fmt::format("hpopt {}\n", kVersion));
    return kAnswerFound;
  }
  if (invocation.help) {
    console.out(help_text(invocation.command, console.out_look));
    return kAnswerFound;
  }
  for (const auto& [name, function] : kFunctions) {
    if (name == invocation.command) return function(invocation, console);
  }
  return give_up(console, {Code::kInternal, "the command has no function", invocation.command, {}});
}

}  // namespace

int give_up(const Console& console, const Error& error) {
  complain(console, "error", error.message());
  return exit_code(error);
}

int run_cli(int argc, const char* const* argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto invocation = parse_invocation(words);
  const Console console = make_console(invocation && invocation->has("--no-color"));
  if (!invocation) return give_up(console, invocation.error());
  try {
    const int code = dispatch(*invocation, console);
    const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    // A study that lost its reader still has its answer in the store.
    if (written || invocation->command == "run") return code;
    return give_up(console, {Code::kStorage, "the output could not be written", {}, {}});
  } catch (const std::exception& exception) {
    return give_up(console,
                   {Code::kInternal, exception.what(), "hpopt", "this is a defect: report it"});
  }
}

}  // namespace hpopt
