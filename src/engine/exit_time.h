// ExitTime: how long trials take to leave when they are told to: the grace that must lie inside the
// time.
#pragma once

#include <algorithm>

namespace hpopt {

class ExitTime {
 public:
  /// Seconds between TERM and the exit of a trial.
  void observe(double took) { longest_ = std::max(longest_, took); }

  /// Seconds before the deadline at which TERM is sent: twice the longest exit seen, at least a
  /// little for those not yet seen, at most a tenth of the budget and five seconds.
  [[nodiscard]] double grace(double budget) const {
    const double most = std::min(5.0, 0.1 * budget);
    return std::min(most, std::max(kUnseen, 2 * longest_) + kKillMargin);
  }

  /// KILL is sent so long before the deadline.
  static constexpr double kKillMargin = 0.2;

 private:
  static constexpr double kUnseen = 0.4;
  double longest_ = 0;
};

}  // namespace hpopt
