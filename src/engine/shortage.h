// Shortage: how many trials may run at a time while no more can be started, as where the machine is
// short of processes or memory. After a pause that doubles, another is tried.
#pragma once

#include <algorithm>

#include "base/clock.h"

namespace hpopt {

class Shortage {
 public:
  /// One could not be started; `running` others run.
  void note(int running, Nanos now) {
    const bool again = now < retry_ + 2 * pause_;
    pause_ = again ? std::min(2 * pause_, kLongestPause) : kFirstPause;
    retry_ = now + pause_;
    slots_ = std::max(1, running);
  }
  /// Of those wanted.
  [[nodiscard]] int slots(int wanted, Nanos now) const {
    return now < retry_ ? std::min(wanted, slots_) : wanted;
  }

 private:
  static constexpr Nanos kFirstPause = std::chrono::milliseconds(500);
  static constexpr Nanos kLongestPause = std::chrono::seconds(60);

  Nanos retry_{Nanos::min() / 2};
  Nanos pause_ = kFirstPause;
  int slots_ = 1;
};

}  // namespace hpopt
