// Scheduler: which trial goes on, how far, and which stops. Functions of the state and the
// standings; no I/O, nothing remembered.
#pragma once

#include <optional>

#include "sampler/standings.h"
#include "study/action.h"
#include "study/state.h"

namespace hpopt {

class Scheduler {
 public:
  virtual ~Scheduler() = default;
  /// After each report of a running trial. The decision of a Judgement that isn't kContinue has
  /// `by` and `reason`; the policy adds what it saw.
  [[nodiscard]] virtual Judgement judge(const StudyState& state, const Standings& standings,
                                        const TrialRecord& trial) const = 0;
  /// A paused trial that deserves to go on, and how far; none: start something new.
  [[nodiscard]] virtual std::optional<ResumeAction> promote(const StudyState& state,
                                                            const Standings& standings) const = 0;
};

/// Every trial runs to its end.
class RunToEnd final : public Scheduler {
 public:
  [[nodiscard]] Judgement judge(const StudyState& /*state*/, const Standings& /*standings*/,
                                const TrialRecord& /*trial*/) const override {
    return {};
  }
  [[nodiscard]] std::optional<ResumeAction> promote(const StudyState& /*state*/,
                                                    const Standings& /*standings*/) const override {
    return std::nullopt;
  }
};

/// Whether its last report is new: a run that began anew repeats steps before it reaches new ones.
[[nodiscard]] bool breaks_new_ground(const TrialRecord& trial);

/// The level that its last report has just reached, at which a trial started with this until_step
/// may be looked at: until_step itself, and the levels beyond it. The whole length is no such
/// level.
[[nodiscard]] std::optional<std::size_t> level_just_reached(const Standings& standings,
                                                            const TrialRecord& trial);

}  // namespace hpopt
