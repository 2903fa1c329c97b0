// MedianStop: the median stopping rule (Golovin et al., "Google Vizier", KDD 2017, section 3.2.1).
//
// A trial ends when its best value by a step is strictly worse than the median, over the other
// trials that came as far, of the running average of their values up to that step.
#pragma once

#include "scheduler/scheduler.h"

namespace hpopt {

class MedianStop final : public Scheduler {
 public:
  struct Options {
    double first_step = 1;          ///< Nobody is judged before it.
    std::size_t least_others = 4;   ///< Nor before so many others came as far.
    std::size_t most_others = 200;  ///< The newest so many are asked: keeps a judgement cheap.
    Course course = Course::kStop;
  };

  explicit MedianStop(Options options) : options_(options) {}

  [[nodiscard]] Judgement judge(const StudyState& state, const Standings& standings,
                                const TrialRecord& trial) const override;
  [[nodiscard]] std::optional<ResumeAction> promote(const StudyState& /*state*/,
                                                    const Standings& /*standings*/) const override {
    return std::nullopt;
  }

 private:
  Options options_;
};

}  // namespace hpopt
