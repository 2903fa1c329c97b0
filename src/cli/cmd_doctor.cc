#include <algorithm>

#include <fmt/format.h>

#include "base/json.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/machine.h"
#include "cli/store_access.h"

namespace hpopt {
namespace {

std::string finding_text(const Finding& finding, const Look& look) {
  constexpr int kColumn = 20;
  const std::string margin(kColumn, ' ');
  std::string text =
      paint(finding.good ? "ok    " : "warn  ", finding.good ? Ink::kGreen : Ink::kYellow, look) +
      pad_right(finding.subject, kColumn - 6);
  const int room = std::max(20, std::min(look.width, 100) - kColumn);
  bool first = true;
  for (const std::string& line : wrap(finding.text, room)) {
    text += (first ? "" : margin) + line + "\n";
    first = false;
  }
  if (finding.mend.empty()) return text;
  for (const std::string& line : wrap("mend: " + finding.mend, room)) text += margin + line + "\n";
  return text;
}

}  // namespace

int cmd_doctor(const Invocation& invocation, const Console& console) {
  Json json = Json::array();
  std::string text;
  for (const Finding& finding : examine_machine(store_locator(invocation))) {
    json.push_back({{"subject", finding.subject},
                    {"ok", finding.good},
                    {"text", finding.text},
                    {"mend", finding.mend.empty() ? Json() : Json(finding.mend)}});
    text += finding_text(finding, console.out_look);
  }
  console.out(invocation.has("--json") ? json_document(json) : text);
  return kAnswerFound;
}

}  // namespace hpopt
