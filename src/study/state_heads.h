// StateHeads: the head rows as a folded state tells them. Guards are checked against them where the
// storage cannot be asked.
#pragma once

#include "study/guards.h"
#include "study/state.h"

namespace hpopt {

/// Of requests, extensions and wishes the state keeps no keys: those are taken for new. The state
/// must outlive it.
class StateHeads final : public HeadSource {
 public:
  /// `decider`: the epoch of the decider's lease.
  StateHeads(const StudyState& state, Epoch decider) : state_(state), decider_(decider) {}

  Result<ControlHead> control() override;
  Result<std::optional<TrialHead>> trial(TrialId id) override;
  Result<bool> has_key(const Key& key) override;
  Result<TrialId> owner(std::uint64_t configuration) override {
    return state_.owner(configuration);
  }
  Result<Epoch> decider() override { return decider_; }

 private:
  const StudyState& state_;
  Epoch decider_;
};

}  // namespace hpopt
