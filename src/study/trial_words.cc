#include "study/trial_words.h"

#include <algorithm>

namespace hpopt {

std::optional<std::string> reason_of(const TrialRecord& trial) {
  if (!trial.message.empty()) return trial.message;
  if (trial.decisions.empty()) return std::nullopt;
  const auto real = std::find_if(
      trial.decisions.rbegin(), trial.decisions.rend(),
      [](const Decision& decision) { return !decision.reason.starts_with(kLetGoReason); });
  return real == trial.decisions.rend() ? trial.decisions.back().reason : real->reason;
}

// The journal writes 0 for a trial that hpopt ended: only those that the engine itself found at
// their end, and that failed, say more with it.
TrialState standing(const TrialRecord& trial, bool session_lives) {
  const bool interrupted = trial.state == TrialState::kRunning && !session_lives;
  return interrupted ? TrialState::kPaused : trial.state;
}

std::optional<int> own_exit_code(const TrialRecord& trial) {
  const bool failed = trial.state == TrialState::kFailed || trial.state == TrialState::kOutOfMemory;
  const bool complete = trial.state == TrialState::kComplete;
  const bool found = complete && !trial.decisions.empty() && trial.decisions.back().by == "engine";
  if (failed || found || trial.exit_code != 0) return trial.exit_code;
  return std::nullopt;
}

}  // namespace hpopt
