#include <fmt/format.h>

#include "analysis/report.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/history_text.h"
#include "cli/progress.h"
#include "cli/store_access.h"

namespace hpopt {

int cmd_why(const Invocation& invocation, const Console& console) {
  const auto id = parse_trial(invocation);
  if (!id) return give_up(console, id.error());
  const auto study = open_named_study(invocation, invocation.argument(1).value_or(""));
  if (!study) return give_up(console, study.error());
  const auto trial = find_trial(*study, *id);
  if (!trial) return give_up(console, trial.error());
  const auto history = read_history(*study->journal, *id);
  if (!history) return give_up(console, history.error());
  if (invocation.has("--json")) {
    console.out(history_json(*id, *history).dump(2) + "\n");
    return kAnswerFound;
  }
  console.out(draw_line({{fmt::format("trial {} of {}", *id, study->info.name), Ink::kBold},
                         {"  " + brief_params((*trial)->configuration), Ink::kPlain}},
                        console.out_look) +
              "\n" + history_text(*history, console.out_look));
  return kAnswerFound;
}

}  // namespace hpopt
