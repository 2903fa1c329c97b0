// EventLines: a run as lines, one an event that is worth reading: for a pipe or a log.
#pragma once

#include <optional>
#include <string>

#include "engine/observer.h"

namespace hpopt {

class EventLines {
 public:
  /// What to print for a fact that has just been folded, without a newline at its end; none:
  /// nothing. A failure's line is followed by what its log said last, for the first few failures.
  [[nodiscard]] std::optional<std::string> line(const Fact& fact, const RunView& view);

 private:
  struct Describe;
  std::optional<double> best_;
  int failures_ = 0;
};

/// "  1:02  text": the time of the budget that was used before it.
[[nodiscard]] std::string stamped(double used, std::string_view text);

}  // namespace hpopt
