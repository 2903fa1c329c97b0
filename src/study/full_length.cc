#include "study/full_length.h"

#include <fmt/format.h>

namespace hpopt {

double full_length(const StudyState& state) {
  for (const Fidelity& fidelity : state.spec().fidelities) {
    if (fidelity.cut) return fidelity.high;
  }
  return state.learnt_length();
}

bool is_full_length(const StudyState& state, const TrialRecord& trial) {
  if (trial.state == TrialState::kComplete) return true;
  const double full = full_length(state);
  return full > 0 && trial.last_step() >= full;
}

std::optional<LengthLearnt> shown_length(const StudyState& state, const TrialRecord& trial) {
  if (full_length(state) > 0 || trial.last_step() <= 1) return std::nullopt;
  return LengthLearnt{trial.last_step(), fmt::format("trial {} ended by itself", trial.id)};
}

}  // namespace hpopt
