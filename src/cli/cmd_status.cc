#include <fmt/format.h>

#include "analysis/answer.h"
#include "analysis/report.h"
#include "base/text.h"
#include "cli/answer_text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/progress.h"
#include "cli/store_access.h"

namespace hpopt {
namespace {

std::string status_text(const StoredStudy& study, const Look& look) {
  const StudyView view = study.view();
  std::string text = draw_line({{study.info.name, Ink::kBold},
                                {fmt::format("  {}  ", standing(view)), Ink::kPlain},
                                {study.info.id, Ink::kDim}},
                               look) +
                     "\n";
  text += tally_text(view, look);
  if (const auto found = answer(study.state)) {
    const Objective& objective = study.state.spec().objectives.front();
    text +=
        draw_line({{fmt::format("best {} {}  trial {}  {}", objective.name, shortest(found->score),
                                found->trial, brief_params(found->params))}},
                  look) +
        "\n";
  }
  if (study.state.ended()) text += draw_line({{study.state.ending()->reason}}, look) + "\n";
  return text;
}

}  // namespace

int cmd_status(const Invocation& invocation, const Console& console) {
  const auto study = open_named_study(invocation, invocation.argument(0).value_or(""));
  if (!study) return give_up(console, study.error());
  console.out(invocation.has("--json") ? json_document(status_json(study->view()))
                                       : status_text(*study, console.out_look));
  return kAnswerFound;
}

}  // namespace hpopt
