// Budget: the study's time, as one session sees it. It counts the session's own monotonic time from
// what all sessions before had spent; deadlines are kept even if the store is gone.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/clock.h"

namespace hpopt {

/// So often a session charges its time to the study: what a crash may leave uncharged.
inline constexpr Nanos kBeat = std::chrono::seconds(1);

class Budget {
 public:
  static constexpr double kNone = std::numeric_limits<double>::infinity();

  /// `total` in seconds; `spent` by the sessions before; `opened`: when ours began.
  Budget(double total, Nanos spent, Nanos opened)
      : whole_(total), total_(total), spent_before_(spent), opened_(opened) {}

  /// This session ends in `left` seconds at the latest, whatever is left of the study's time.
  void end_session_in(double left, Nanos now) {
    const double total = std::min(whole_, used(now) + left);
    if (std::abs(total - total_) > kNoticed) total_ = total;
  }
  /// Time that doesn't count: nobody worked.
  void leave_out(Nanos gap) { opened_ += gap; }

  /// Until which this session works.
  [[nodiscard]] double total() const { return total_; }
  [[nodiscard]] double used(Nanos now) const { return seconds(charge(now)); }
  /// What the study is to be charged with by then, the sessions before included.
  [[nodiscard]] Nanos charge(Nanos now) const { return spent_before_ + (now - opened_); }
  [[nodiscard]] double left(Nanos now) const { return total_ - used(now); }
  [[nodiscard]] bool bounded() const { return total_ != kNone; }
  /// Whether time of the study is left for another session when this one's is up.
  [[nodiscard]] bool outlives_session() const { return whole_ != kNone && whole_ > total_ + kRest; }
  /// The first instant at which no more than `margin` seconds are left; far away without a budget.
  [[nodiscard]] Nanos instant(double margin) const {
    if (!bounded()) return far(opened_);
    return opened_ + from_seconds(total_ - seconds(spent_before_) - margin) + Nanos{1};
  }
  /// An instant that never comes.
  [[nodiscard]] static Nanos far(Nanos now) { return now + std::chrono::hours(24 * 365 * 30); }
  [[nodiscard]] Nanos opened() const { return opened_; }

 private:
  static constexpr double kNoticed = 0.02;  // seconds: clocks are read one after the other
  static constexpr double kRest = 0.5;      // seconds: too little for anything

  double whole_;  ///< Of the study.
  double total_;
  Nanos spent_before_;
  Nanos opened_;
};

}  // namespace hpopt
