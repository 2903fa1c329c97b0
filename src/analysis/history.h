// History: what was decided about one trial, in order, as the journal has it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hpopt/result.h"
#include "study/fact.h"
#include "study/journal.h"

namespace hpopt {

struct HistoryEntry {
  std::int64_t utc_ms = 0;
  std::string what;  ///< "suggested", "started", "continued", "paused", "complete", "stopped", ...
  double until = 0;  ///< Of a start: the step it goes on to; 0: to its end.
  double elapsed = 0;  ///< Of a pause or end: seconds that the trial had run.
  Decision decision;
};

/// "complete", "out of memory", ...
[[nodiscard]] std::string_view in_words(Cause cause);

[[nodiscard]] Result<std::vector<HistoryEntry>> read_history(Journal& journal, TrialId trial);

}  // namespace hpopt
