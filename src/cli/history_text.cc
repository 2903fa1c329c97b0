#include "cli/history_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/progress.h"

namespace hpopt {
namespace {

std::string headline(const HistoryEntry& entry) {
  std::string text = entry.what;
  if (entry.until > 0) text += fmt::format(" to step {}", brief_number(entry.until));
  if (entry.elapsed > 0) text += fmt::format(" after {}", human_duration(entry.elapsed));
  return text;
}

std::string circumstances(const Decision& decision) {
  std::string text = decision.by.empty() ? std::string() : fmt::format("  by {}", decision.by);
  const bool known = std::isfinite(decision.time_left) && decision.time_left > 0;
  if (known) text += fmt::format("  {} left", human_duration(decision.time_left));
  return text;
}

}  // namespace

std::string history_text(const std::vector<HistoryEntry>& history, const Look& look) {
  constexpr int kMargin = 10;
  std::string text;
  for (const HistoryEntry& entry : history) {
    text += draw_line({{rfc3339(entry.utc_ms).substr(11, 8) + "  ", Ink::kDim},
                       {headline(entry), Ink::kBold},
                       {circumstances(entry.decision), Ink::kDim}},
                      look) +
            "\n";
    if (entry.decision.reason.empty()) continue;
    for (const std::string& line :
         wrap(entry.decision.reason, std::max(20, look.width - kMargin))) {
      text += std::string(kMargin, ' ') + line + "\n";
    }
  }
  return text;
}

}  // namespace hpopt
