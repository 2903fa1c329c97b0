// AutoPolicy: sampler, scheduler and planner composed. What make_policy gives.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "policy/continuation.h"
#include "policy/cost_model.h"
#include "policy/planner.h"
#include "policy/policy.h"
#include "policy/relief.h"
#include "sampler/history.h"
#include "sampler/sampler.h"
#include "scheduler/scheduler.h"

namespace hpopt {

class AutoPolicy final : public Policy {
 public:
  AutoPolicy(std::unique_ptr<Sampler> sampler, std::uint64_t seed)
      : sampler_(std::move(sampler)), seed_(seed) {}

  std::vector<Action> next(const StudyState& state, const Moment& moment) override;
  std::optional<SuggestAction> suggest(const StudyState& state, const Moment& moment) override;
  Judgement judge(const StudyState& state, TrialId trial, const Moment& moment) override;
  std::vector<EvictAction> relieve(const StudyState& state, const Moment& moment,
                                   const Pool& pool) override;
  std::string plan(const StudyState& state, const Moment& moment) override;

 private:
  /// What one decision sees.
  struct View {
    const StudyState& state;
    const Moment& moment;
    Plan plan;
  };

  View look(const StudyState& state, const Moment& moment);
  [[nodiscard]] std::unique_ptr<Scheduler> scheduler(const View& view) const;
  [[nodiscard]] Worth worth(const View& view) const;
  [[nodiscard]] std::vector<Continuation> waiting_their_turn(const View& view) const;

  void add_evictions(const View& view, std::vector<Action>& actions) const;
  void add_unstarted(const View& view, std::vector<Action>& actions) const;
  void add_interrupted(const View& view, std::vector<Action>& actions) const;
  [[nodiscard]] bool may_win(const View& view, const Continuation& waiting) const;
  void add_continuations(const View& view, bool finalists_only, std::vector<Action>& actions) const;
  [[nodiscard]] bool room_for_new(const View& view) const;
  static std::optional<Proposal> retry(const StudyState& state);
  static std::optional<Proposal> again(const Space& space, Rng& rng);
  std::optional<SuggestAction> new_trial(const View& view);
  [[nodiscard]] std::string why_finished(const View& view) const;

  [[nodiscard]] bool others_want_the_slot(const View& view, const TrialRecord& trial) const;
  [[nodiscard]] Judgement judge_at_the_end(const View& view, const TrialRecord& trial) const;
  [[nodiscard]] bool makes_room(const View& view, const Continuation& own,
                                const Continuation& waiting) const;

  std::unique_ptr<Sampler> sampler_;
  std::uint64_t seed_;
  History history_;
  CostModel costs_;
  std::map<std::string, std::string> first_told_;  ///< Notes of the plan, by key.
};

}  // namespace hpopt
