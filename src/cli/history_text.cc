#include "cli/history_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"

namespace hpopt {
namespace {

std::tm local_time(std::int64_t utc_ms) {
  const auto instant = static_cast<std::time_t>(utc_ms / 1000);
  std::tm local{};
  localtime_r(&instant, &local);
  return local;
}

/// "18:04:05" where it is, with the date when that is not today's. What was imported may have none.
std::string when(std::int64_t utc_ms, std::int64_t now_ms) {
  if (utc_ms == 0) return "time not known";
  const std::tm then = local_time(utc_ms);
  const std::tm now = local_time(now_ms);
  const bool today = then.tm_yday == now.tm_yday && then.tm_year == now.tm_year;
  std::array<char, 32> text{};
  const std::size_t size =
      std::strftime(text.data(), text.size(), today ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &then);
  return {text.data(), size};
}

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
  const std::int64_t now = SystemClock().utc_ms();
  constexpr int kMargin = 10;
  std::string text;
  for (const HistoryEntry& entry : history) {
    text += draw_line({{when(entry.utc_ms, now) + "  ", Ink::kDim},
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
