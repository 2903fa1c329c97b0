#include "analysis/report.h"
#include "cli/answer_text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/store_access.h"

namespace hpopt {

int cmd_best(const Invocation& invocation, const Console& console) {
  const auto study = open_named_study(invocation, invocation.argument(0).value_or(""));
  if (!study) return give_up(console, study.error());
  if (invocation.has("--json")) {
    console.out(json_document(best_json(study->view())));
  } else {
    console.out(answer_text(study->state, console.out_look));
  }
  return study->state.best() == 0 ? kNoAnswer : kAnswerFound;
}

}  // namespace hpopt
