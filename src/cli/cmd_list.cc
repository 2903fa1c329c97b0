#include <fmt/format.h>

#include "analysis/report.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/store_access.h"
#include "cli/table.h"
#include "storage/open_store.h"

namespace hpopt {
namespace {

std::vector<std::string> list_row(const StoredStudy& study) {
  const StudyState& state = study.state;
  const TrialRecord* best = state.find(state.best());
  const auto score = best == nullptr ? std::nullopt : state.score(*best);
  return {
      study.info.name,
      std::string(standing(study.view())),
      std::to_string(state.trials().size()),
      score ? fmt::format("{} {}", state.spec().objectives.front().name, brief_number(*score)) : "",
      human_duration(study.used),
      rfc3339(state.created_utc_ms()).substr(0, 16).replace(10, 1, " "),
      study.info.id};
}

}  // namespace

int cmd_list(const Invocation& invocation, const Console& console) {
  auto store = open_store(store_locator(invocation), false);
  if (!store) return give_up(console, store.error());
  const auto studies = (*store)->list();
  if (!studies) return give_up(console, studies.error());
  Table table{.columns = {{.title = "study", .elastic = true},
                          {.title = "state"},
                          {.title = "trials", .right = true},
                          {.title = "best", .elastic = true},
                          {.title = "used"},
                          {.title = "created (UTC)"},
                          {.title = "id"}},
              .rows = {},
              .inks = {}};
  Json json = Json::array();
  for (const StudyInfo& info : *studies) {
    const auto study = read_study(**store, info);
    if (!study) return give_up(console, study.error());
    json.push_back(status_json(study->view()));
    table.rows.push_back(list_row(*study));
  }
  if (invocation.has("--json")) {
    console.out(json_document(json));
  } else {
    console.out(studies->empty() ? "the store holds no study\n" : draw(table, console.out_look));
  }
  return kAnswerFound;
}

}  // namespace hpopt
