// Commands: one function a command of `hpopt`, each in a file of its own. They return an exit code.
#pragma once

#include <string_view>

#include "cli/console.h"
#include "cli/invocation.h"

namespace hpopt {

int cmd_run(const Invocation& invocation, const Console& console);
int cmd_check(const Invocation& invocation, const Console& console);
int cmd_status(const Invocation& invocation, const Console& console);
int cmd_list(const Invocation& invocation, const Console& console);
int cmd_trials(const Invocation& invocation, const Console& console);
int cmd_show(const Invocation& invocation, const Console& console);
int cmd_best(const Invocation& invocation, const Console& console);
int cmd_why(const Invocation& invocation, const Console& console);
int cmd_replay(const Invocation& invocation, const Console& console);
int cmd_export(const Invocation& invocation, const Console& console);
int cmd_import(const Invocation& invocation, const Console& console);
int cmd_stop(const Invocation& invocation, const Console& console);
int cmd_delete(const Invocation& invocation, const Console& console);
int cmd_gc(const Invocation& invocation, const Console& console);
int cmd_report(const Invocation& invocation, const Console& console);
int cmd_doctor(const Invocation& invocation, const Console& console);
int cmd_completion(const Invocation& invocation, const Console& console);

/// The whole program: parses, dispatches, complains.
int run_cli(int argc, const char* const* argv);

/// Complains and gives the exit code that the error has.
int give_up(const Console& console, const Error& error);

/// Help of the program (`command` empty) or of one command, made from the table of options.
[[nodiscard]] std::string help_text(std::string_view command, const Look& look);

}  // namespace hpopt
