// Asha: asynchronous successive halving, promotion variant (Li et al., "A system for massively
// parallel hyperparameter tuning", MLSys 2020, algorithm 2).
//
// A trial pauses at each rung. Whenever a worker is free, the best trial of the highest rung that
// is in the top 1 / eta of all that reached the rung, and hasn't gone on yet, goes on to the next
// rung. A pause is not an end: as more trials reach a rung, more of those that wait there go on.
#pragma once

#include "scheduler/scheduler.h"

namespace hpopt {

class Asha final : public Scheduler {
 public:
  struct Options {
    double eta = 3;
    /// The first trial doesn't pause: there is a whole training early on, and its length and cost
    /// are known.
    bool first_goes_through = true;
    /// Where a pause costs a restart: who is in the top 1 / eta on arrival goes on at once, as in
    /// the stopping variant; the others still only pause.
    bool pauses_are_dear = false;
  };

  explicit Asha(Options options) : options_(options) {}

  [[nodiscard]] Judgement judge(const StudyState& state, const Standings& standings,
                                const TrialRecord& trial) const override;
  [[nodiscard]] std::optional<ResumeAction> promote(const StudyState& state,
                                                    const Standings& standings) const override;

 private:
  [[nodiscard]] std::size_t places(std::size_t competitors) const;

  Options options_;
};

}  // namespace hpopt
