// Budget: the study's time, as one session sees it. It counts the session's own monotonic time from
// what all sessions before had spent; deadlines are derived once and kept even if the store is
// gone.
#pragma once

#include <algorithm>
#include <limits>

#include "base/clock.h"

namespace hpopt {

/// So often a session charges its time to the study: what a crash may leave uncharged.
inline constexpr Nanos kBeat = std::chrono::seconds(1);

class Budget {
 public:
  static constexpr double kNone = std::numeric_limits<double>::infinity();

  /// `total` in seconds; `spent` by the sessions before; `opened`: when ours began; `session`: the
  /// seconds that ours may last, whatever is left of the total.
  Budget(double total, Nanos spent, Nanos opened, double session = kNone)
      : whole_(total),
        total_(std::min(total, seconds(spent) + session)),
        spent_before_(seconds(spent)),
        opened_(opened) {}

  /// Until which this session works.
  [[nodiscard]] double total() const { return total_; }
  [[nodiscard]] double used(Nanos now) const { return spent_before_ + seconds(now - opened_); }
  [[nodiscard]] double left(Nanos now) const { return total_ - used(now); }
  [[nodiscard]] bool bounded() const { return total_ != kNone; }
  /// Whether time of the study is left for another session when this one's is up.
  [[nodiscard]] bool outlives_session() const { return whole_ != kNone && whole_ > total_; }
  /// The first instant at which no more than `margin` seconds are left; far away without a budget.
  [[nodiscard]] Nanos instant(double margin) const {
    constexpr double kFar = 1e9;  // seconds: 31 years
    return opened_ + from_seconds(bounded() ? total_ - spent_before_ - margin : kFar) + Nanos{1};
  }
  [[nodiscard]] Nanos opened() const { return opened_; }

 private:
  double whole_;
  double total_;
  double spent_before_;
  Nanos opened_;
};

}  // namespace hpopt
