#include "policy/planner.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "scheduler/rungs.h"
#include "study/full_length.h"

namespace hpopt {
namespace {

constexpr double kDefaultEta = 3;
// Under so many affordable trainings nothing is halved, under the second number not so deeply: too
// few would reach the top to tell whether the low rungs mislead.
constexpr double kFewTrainings = 5;
constexpr double kManyTrainings = 20;
constexpr int kRungsOfFew = 2;
constexpr int kRungsOfMany = 3;
// A first trial that nobody vouches for goes through only where that costs at most a tenth.
constexpr double kTrainingsForAFirst = 10;
// The first step often ranks untrained nets; from this length on the lowest rung is at the second.
constexpr double kLongTraining = 12;
// The lowest rung is worth at least half a start-up.
constexpr double kStartUpsAtFirstRung = 0.5;
// Where a full training doesn't fit, a trial gets this share of the time before others are tried.
constexpr double kShareOfATrial = 0.2;
// So much of the time may go by until a training of unknown length is called endless.
constexpr double kShareToLearnALength = 1.0 / 3;
// Targets that follow from measured seconds are rounded down to a power of this: they stand still.
constexpr double kTargetGrid = 1.5;
constexpr double kEndgameMargin = 1.05;

/// Rounded down on a coarse geometric grid, at least one step.
double on_grid(double steps) {
  if (steps < 1) return 1;
  return std::max(
      1.0, std::floor(std::pow(kTargetGrid, std::floor(std::log(steps) / std::log(kTargetGrid)))));
}

double longest_running(const StudyState& state) {
  double longest = 0;
  for (TrialId id : state.open_trials()) longest = std::max(longest, state.find(id)->elapsed);
  return longest;
}

void set_costs(Plan& plan, const CostModel& costs) {
  plan.start_up = costs.start_up();
  plan.step = costs.step();
  plan.full_seconds =
      plan.full > 0 && costs.knows_steps() ? costs.to_start_and_reach(plan.full) : costs.whole();
}

/// A length in other units than the reported steps is no length.
void set_full(Plan& plan, const StudyState& state, const CostModel& costs) {
  plan.full = full_length(state);
  const double first = costs.least_first_step();
  if (plan.full <= 0 || !std::isfinite(first) || first <= plan.full) return;
  plan.notes.push_back(
      {"units",
       fmt::format("the first step reported is {:g}, but a full training is said to have {:g} "
                   "steps: they don't count the same thing, so trials run to their end (report the "
                   "step that the fidelity counts)",
                   first, plan.full)});
  plan.full = 0;
}

void set_target(Plan& plan, const StudyState& state, const CostModel& costs, const Moment& moment) {
  plan.target = plan.full;
  plan.target_seconds = plan.full_seconds;
  if (!std::isfinite(moment.time_budget) || !costs.knows_steps()) return;
  const double share = kShareOfATrial * moment.time_budget;
  const bool too_long = plan.full > 0 && plan.full_seconds > moment.time_budget;
  const bool endless = plan.full <= 0 && !costs.knows_wholes() &&
                       longest_running(state) >= kShareToLearnALength * moment.time_budget;
  if (!too_long && !endless) return;
  const double reachable = on_grid((share - costs.start_up()) / costs.step());
  plan.target = plan.full > 0 ? std::min(plan.full, reachable) : reachable;
  plan.target_is_full = plan.target == plan.full;
  plan.target_seconds = costs.to_start_and_reach(plan.target);
  if (too_long) {
    plan.notes.push_back(
        {"too long",
         fmt::format("one full training takes about {}, longer than the time of {}: trials are "
                     "compared at step {:g} of {:g}, and none will be trained to the end (give it "
                     "more time, or a smaller task)",
                     human_duration(plan.full_seconds), human_duration(moment.time_budget),
                     plan.target, plan.full)});
  } else {
    plan.notes.push_back(
        {"endless",
         fmt::format("after {} no training has ended by itself, and its length is not known: "
                     "trials are compared at step {:g} (say the length with ~fidelity(1,N) in "
                     "place of the number of steps)",
                     human_duration(longest_running(state)), plan.target)});
  }
}

Scheme scheme_of(const StudySpec& spec) {
  switch (spec.early_stop) {
    case EarlyStop::kNone:
      return Scheme::kWhole;
    case EarlyStop::kHyperband:
      return Scheme::kHalving;
    case EarlyStop::kMedian:
      return Scheme::kMedian;
    case EarlyStop::kAuto:
      break;
  }
  // A grid or a random search is what its name says; only the model-based search may cut trials
  // short.
  const bool is_named_so = spec.method == Method::kRandom || spec.method == Method::kGrid;
  return is_named_so ? Scheme::kWhole : Scheme::kHalving;
}

void set_rungs(Plan& plan, const StudySpec& spec) {
  plan.eta = spec.eta > 1 ? spec.eta : kDefaultEta;
  if (spec.min_iterations > 0) {
    // Without a length the ladder is open: it reaches further than any training.
    constexpr double kFar = 1e9;
    plan.rungs =
        geometric_rungs(spec.min_iterations, plan.eta, plan.target > 0 ? plan.target : kFar);
    return;
  }
  const bool forced = spec.early_stop == EarlyStop::kHyperband;
  if (plan.target <= 1) {
    plan.scheme = Scheme::kWhole;
    return;
  }
  const bool few = plan.affordable > 0 && plan.affordable < kFewTrainings;
  if (few && !forced) {
    plan.scheme = Scheme::kMedian;
    return;
  }
  const bool many = plan.affordable <= 0 || plan.affordable >= kManyTrainings;
  double least = plan.target >= kLongTraining ? 2 : 1;
  if (plan.step > 0) {
    least = std::max(least, std::floor(kStartUpsAtFirstRung * plan.start_up / plan.step));
  }
  plan.rungs = rungs_below(plan.target, plan.eta, many ? kRungsOfMany : kRungsOfFew,
                           std::min(least, std::max(1.0, std::round(plan.target / plan.eta))));
}

bool default_is_first(const StudyState& state) {
  return state.trials().empty() || state.trials().front().suggested.by == "default";
}

}  // namespace

Plan make_plan(const StudyState& state, const CostModel& costs, const Moment& moment) {
  Plan plan;
  set_full(plan, state, costs);
  set_costs(plan, costs);
  set_target(plan, state, costs, moment);
  if (plan.target_seconds > 0 && std::isfinite(moment.time_budget)) {
    plan.affordable = moment.time_budget * moment.slots / plan.target_seconds;
  }
  plan.scheme = scheme_of(state.spec());
  if (plan.scheme == Scheme::kHalving) set_rungs(plan, state.spec());
  plan.first_goes_through =
      plan.affordable <= 0 || plan.affordable >= kTrainingsForAFirst || default_is_first(state);
  plan.endgame = plan.target_seconds > 0 && moment.time_left < kEndgameMargin * plan.target_seconds;
  return plan;
}

std::string plan_json(const Plan& plan, const StudyState& state, const Moment& moment) {
  Json json;
  const auto known = [](double value) { return value > 0 ? json_number(value) : Json(nullptr); };
  json["full_length"] = known(plan.full);
  json["target_length"] = known(plan.target);
  json["rungs"] = plan.rungs;
  if (!plan.rungs.empty()) json["eta"] = plan.eta;
  json["startup_seconds"] = plan.step > 0 ? json_number(plan.start_up) : Json(nullptr);
  json["step_seconds"] = known(plan.step);
  json["full_seconds"] = known(plan.full_seconds);
  json["affordable"] = known(plan.affordable);
  json["phase"] = plan.endgame             ? "finishing the best"
                  : state.trials().empty() ? "starting"
                                           : "searching";
  json["trials_so_far"] = state.trials().size();
  json["time_left"] = json_number(moment.time_left);
  json["notes"] = Json::array();
  for (const PlanNote& note : plan.notes) json["notes"].push_back(note.text);
  return json.dump();
}

}  // namespace hpopt
