#include "analysis/report.h"
#include "cli/answer_text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/store_access.h"

namespace hpopt {

int cmd_best(const Invocation& invocation, const Console& console) {
  const auto study = open_named_study(invocation, invocation.argument(0).value_or(""));
  if (!study) return give_up(console, study.error());
  if (invocation.has("--json")) {
    console.out(best_json(study->state, study->info.id).dump(2) + "\n");
  } else {
    console.out(answer_text(study->state, console.out_look));
  }
  return study->state.best() == 0 ? kNoAnswer : kAnswerFound;
}

}  // namespace hpopt
