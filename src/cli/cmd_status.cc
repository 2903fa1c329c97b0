#include <fmt/format.h>

#include "base/text.h"
#include "cli/answer_text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/progress.h"
#include "cli/store_access.h"
#include "engine/opening.h"
#include "storage/open_store.h"
#include "study/configuration_text.h"

namespace hpopt {
namespace {

std::string text_at(const Json& json, const char* key) { return json[key].get<std::string>(); }

std::string best_text(const Json& status) {
  const Json& best = status["best"];
  const auto params = configuration_from_text(best["params"].dump());
  return fmt::format("best {} {}  trial {}  {}", text_at(status["objectives"][0], "name"),
                     brief_number(best["score"].get<double>()), best["trial"].get<TrialId>(),
                     params ? brief_params(*params) : std::string());
}

std::string status_text(const Json& status, const Look& look) {
  std::string text = draw_line({{text_at(status, "study"), Ink::kBold},
                                {fmt::format("  {}  ", text_at(status, "state")), Ink::kPlain},
                                {text_at(status, "id"), Ink::kDim}},
                               look) +
                     "\n";
  text += tally_text(status, look);
  if (status["best"].is_object()) text += draw_line({{best_text(status)}}, look) + "\n";
  if (status["reason"].is_string()) text += draw_line({{text_at(status, "reason")}}, look) + "\n";
  return text;
}

Result<Json> named_status(const Invocation& invocation) {
  auto store = open_store(store_locator(invocation), false);
  if (!store) return store.error();
  const auto info = resolve_study(**store, invocation.argument(0).value_or(""));
  if (!info) return info.error();
  return read_status(**store, *info);
}

}  // namespace

int cmd_status(const Invocation& invocation, const Console& console) {
  const auto status = named_status(invocation);
  if (!status) return give_up(console, status.error());
  console.out(invocation.has("--json") ? json_document(*status)
                                       : status_text(*status, console.out_look));
  return kAnswerFound;
}

}  // namespace hpopt
