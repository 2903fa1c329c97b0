// HistoryText: what was decided about a trial, for people.
#pragma once

#include <string>
#include <vector>

#include "analysis/history.h"
#include "cli/display.h"

namespace hpopt {

/// One line a decision: when, what, by whom; its reason below, wrapped.
[[nodiscard]] std::string history_text(const std::vector<HistoryEntry>& history, const Look& look);

}  // namespace hpopt
