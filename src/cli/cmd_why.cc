#include <fmt/format.h>

#include "analysis/report.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/history_text.h"
#include "cli/json_text.h"
#include "cli/progress.h"
#include "cli/store_access.h"

namespace hpopt {

int cmd_why(const Invocation& invocation, const Console& console) {
  const auto trial = open_named_trial(invocation);
  if (!trial) return give_up(console, trial.error());
  if (invocation.has("--json")) {
    console.out(json_document(history_json(trial->id, trial->history)));
    return kAnswerFound;
  }
  console.out(
      draw_line({{fmt::format("trial {} of {}", trial->id, trial->study.info.name), Ink::kBold},
                 {"  " + brief_params(trial->record().configuration), Ink::kPlain}},
                console.out_look) +
      "\n" + history_text(trial->history, console.out_look));
  return kAnswerFound;
}

}  // namespace hpopt
