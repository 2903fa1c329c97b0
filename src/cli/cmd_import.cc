#include <fmt/format.h>

#include "analysis/report.h"
#include "base/text.h"
#include "cli/answer_text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/store_access.h"
#include "interop/import.h"

namespace hpopt {
namespace {

StudyView view_of(const ImportResult& result) { return {result.state, result.study, 0, false}; }

ImportSource source_of(const Invocation& invocation, const std::string& path) {
  ImportSource source{.path = path,
                      .name = invocation.value("--name").value_or(""),
                      .study = invocation.value("--study").value_or(""),
                      .metric = parse_metric_wish(invocation.value("--metric").value_or(""))};
  for (const std::string& names : invocation.values("--params")) {
    for (const std::string& name : split(names, ',')) source.parameters.emplace_back(trim(name));
  }
  return source;
}

std::string imported_text(const ImportResult& result, const Look& look) {
  if (!result.added) {
    return fmt::format("study '{}' is there already: nothing was added\n", result.name);
  }
  std::string text = fmt::format("imported {} as study '{}'\n", result.format, result.name);
  const std::string tally = tally_text(view_of(result), look);
  text += tally.substr(0, tally.find('\n') + 1);  // of the trials; no time was used
  if (result.waiting > 0) {
    text += fmt::format("left out: {} that never started\n", result.waiting);
  }
  return text + "\n" + answer_text(result.state, look);
}

Json imported_json(const ImportResult& result) {
  Json json = status_json(view_of(result));
  json["added"] = result.added;
  json["left_out"] = result.waiting;
  json["notices"] = result.notices;
  return json;
}

Result<ImportResult> run_import(const Invocation& invocation) {
  const auto path = invocation.argument(0);
  if (!path) {
    return invalid("hpopt import needs a file or folder",
                   "an Optuna SQLite or journal file, a folder of the original hpopt, or a CSV");
  }
  return import_into(store_locator(invocation), source_of(invocation, *path));
}

}  // namespace

int cmd_import(const Invocation& invocation, const Console& console) {
  const auto result = run_import(invocation);
  if (!result) return give_up(console, result.error());
  for (const std::string& notice : result->notices) complain(console, "warning", notice);
  console.out(invocation.has("--json") ? json_document(imported_json(*result))
                                       : imported_text(*result, console.out_look));
  return kAnswerFound;
}

}  // namespace hpopt
