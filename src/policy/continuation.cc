#include "policy/continuation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace hpopt {
namespace {

using Reach = Continuation::Reach;

Reach reach_of(const Standings& standings, const CostModel& costs, const Plan& plan,
               double time_left, const TrialRecord& trial) {
  if (!std::isfinite(time_left) || !costs.knows_steps()) return Reach::kTarget;
  const double last = trial.last_step();
  if (costs.to_reach(trial, last + 1) > time_left) return Reach::kNothing;
  // A trial that is past a shortened target has the full training as its goal.
  const double goal = plan.target > last ? plan.target : plan.full;
  if (goal > last && costs.to_reach(trial, goal) <= time_left) return Reach::kTarget;
  const auto next = std::upper_bound(standings.rungs().begin(), standings.rungs().end(), last);
  if (next != standings.rungs().end() && costs.to_reach(trial, *next) <= time_left) {
    return Reach::kNextRung;
  }
  return Reach::kStep;
}

}  // namespace

std::weak_ordering operator<=>(const Continuation& a, const Continuation& b) {
  if (a.is_winner != b.is_winner) return b.is_winner <=> a.is_winner;
  if (a.reach != b.reach) return a.reach <=> b.reach;
  if (a.level != b.level) return b.level <=> a.level;
  if (const auto by_loss = std::weak_order(a.loss, b.loss); by_loss != 0) return by_loss;
  return a.trial <=> b.trial;
}

Continuation continuation_of(const StudyState& state, const Standings& standings,
                             const CostModel& costs, const Plan& plan, double time_left,
                             const TrialRecord& trial) {
  Continuation found;
  found.trial = trial.id;
  found.reach = reach_of(standings, costs, plan, time_left, trial);
  found.is_winner = trial.id == state.best() && found.reach == Reach::kTarget;
  if (const auto level = standings.reached(trial.id)) {
    found.level = *level + 1;
    found.loss = *standings.loss(trial.id, *level);
  } else {
    const auto score = state.score(trial);
    found.loss = score ? loss_of(state, *score) : std::numeric_limits<double>::infinity();
  }
  return found;
}

std::vector<Continuation> continuations(const StudyState& state, const Standings& standings,
                                        const CostModel& costs, const Plan& plan,
                                        double time_left) {
  std::vector<Continuation> found;
  for (TrialId id : state.open_trials()) {
    const TrialRecord& trial = *state.find(id);
    if (trial.state != TrialState::kPaused) continue;
    const Continuation candidate = continuation_of(state, standings, costs, plan, time_left, trial);
    if (candidate.reach != Reach::kNothing) found.push_back(candidate);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string in_words(const Continuation& continuation, const StudyState& state, const Plan& plan) {
  const TrialRecord& trial = *state.find(continuation.trial);
  const auto score = state.score(trial);
  const std::string now =
      score ? fmt::format("{:.6g} at step {:g}", *score, trial.last_step()) : "without a score yet";
  const std::string who =
      continuation.trial == state.best() ? "the best so far" : "the best of those that wait";
  const std::string how = continuation.reach == Continuation::Reach::kTarget && plan.full > 0
                              ? fmt::format("is trained to the end, step {:g}", plan.full)
                              : "goes on as far as it gets";
  return fmt::format("{}, {}, {}", who, now, how);
}

}  // namespace hpopt
