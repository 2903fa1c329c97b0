#include "study/state_heads.h"

#include <algorithm>

namespace hpopt {
namespace {

Standing standing_of(const TrialRecord& trial) {
  if (trial.state == TrialState::kWaiting) return Standing::kWaiting;
  if (trial.state == TrialState::kRunning) return Standing::kRunning;
  if (is_finished(trial.state)) return Standing::kFinished;
  return trial.held ? Standing::kHeld : Standing::kPaused;
}

}  // namespace

Result<ControlHead> StateHeads::control() {
  return ControlHead{.revision = state_.revision(),
                     .token = state_.last_token(),
                     .trials = static_cast<TrialId>(state_.trials().size()),
                     .cancelled = static_cast<TrialId>(state_.counts().cancelled),
                     .sessions = state_.sessions(),
                     .metrics = static_cast<MetricId>(state_.metric_names().size()),
                     .ended = state_.ended(),
                     .run_cap = state_.spec().run_cap};
}

Result<std::optional<TrialHead>> StateHeads::trial(TrialId id) {
  const TrialRecord* trial = state_.find(id);
  if (trial == nullptr) return std::optional<TrialHead>();
  return std::optional(TrialHead{.trial = id,
                                 .standing = standing_of(*trial),
                                 .version = trial->version,
                                 .token = trial->token,
                                 .sequence = state_.last_sequence(id),
                                 .configuration = state_.key_of(id)});
}

Result<bool> StateHeads::has_key(const Key& key) {
  const auto& [kind, text] = key;
  if (kind == KeyKind::kMetric) return state_.metric_id(text).has_value();
  if (kind == KeyKind::kParameter) return state_.space().find(text) != nullptr;
  if (kind != KeyKind::kNote) return false;
  return std::any_of(state_.notes().begin(), state_.notes().end(),
                     [&](const Noted& note) { return note.key == text; });
}

}  // namespace hpopt
