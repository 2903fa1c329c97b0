// Budget: the study's time, as one session sees it. It counts the session's own monotonic time from
// what all sessions before had spent; deadlines are derived once and kept even if the store is
// gone.
#pragma once

#include <limits>

#include "base/clock.h"

namespace hpopt {

/// So often a session charges its time to the study: what a crash may leave uncharged.
inline constexpr Nanos kBeat = std::chrono::seconds(1);

class Budget {
 public:
  /// `total` in seconds, infinity: none; `spent` by the sessions before; `opened`: when ours began.
  Budget(double total, Nanos spent, Nanos opened)
      : total_(total), spent_before_(seconds(spent)), opened_(opened) {}

  [[nodiscard]] double total() const { return total_; }
  [[nodiscard]] double used(Nanos now) const { return spent_before_ + seconds(now - opened_); }
  [[nodiscard]] double left(Nanos now) const { return total_ - used(now); }
  [[nodiscard]] bool bounded() const { return total_ != std::numeric_limits<double>::infinity(); }
  /// The instant at which `margin` seconds are left; far away without a budget.
  [[nodiscard]] Nanos instant(double margin) const {
    constexpr double kFar = 1e9;  // seconds: 31 years
    return opened_ + from_seconds(bounded() ? total_ - spent_before_ - margin : kFar);
  }
  [[nodiscard]] Nanos opened() const { return opened_; }

 private:
  double total_;
  double spent_before_;
  Nanos opened_;
};

}  // namespace hpopt
