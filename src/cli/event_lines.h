// EventLines: a run as lines, one an event that is worth reading: for a pipe or a log.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "engine/observer.h"

namespace hpopt {

class EventLines {
 public:
  /// What the study knows already when the session begins is no news.
  void begin(const StudyState& state);

  /// What to print for a fact that has just been folded, without a newline at its end; none:
  /// nothing. A failure's line is followed by what its log said last, for the first few failures.
  [[nodiscard]] std::optional<std::string> line(const Fact& fact, const RunView& view);

 private:
  struct Describe;
  std::optional<double> best_;  ///< As said last.
  double best_said_at_ = 0;
  std::set<TrialId> leaders_;  ///< Trials that were said to be the best.
  std::set<TrialId> frozen_;   ///< Paused with their processes still there.
  int failures_ = 0;
};

/// "  1:02  text": the time of the budget that was used before it.
[[nodiscard]] std::string stamped(double used, std::string_view text);

}  // namespace hpopt
