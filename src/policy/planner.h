// Planner: what the time allows. From the measured costs it chooses how far trials go, at which
// rungs they are compared, and when the search gives way to finishing what is best.
#pragma once

#include <string>
#include <vector>

#include "policy/cost_model.h"
#include "study/action.h"
#include "study/state.h"

namespace hpopt {

enum class Scheme : std::uint8_t {
  kWhole,    ///< Each trial runs to its end.
  kHalving,  ///< Asynchronous successive halving over the rungs.
  kMedian,   ///< The median rule.
};

/// A line for the user. Of one key only the first is told: later ones differ in a figure.
struct PlanNote {
  std::string key;
  std::string text;
};

struct Plan {
  Scheme scheme = Scheme::kWhole;
  double full = 0;    ///< Steps of a full training; 0: not known, or trials have no steps.
  double target = 0;  ///< Steps that a trial is given at most, before the end; 0: its own end.
  bool target_is_full = true;  ///< false: a full training is too long, or its length is not known.
  std::vector<double> rungs;   ///< Below the target.
  double eta = 3;
  bool first_goes_through = true;
  double start_up = 0;        ///< Seconds.
  double step = 0;            ///< Seconds; 0: not measured.
  double full_seconds = 0;    ///< Of a full training; 0: not known.
  double target_seconds = 0;  ///< Of a new trial up to the target; 0: not known.
  double affordable = 0;      ///< So many trainings up to the target fit the budget; 0: not known.
  bool endgame = false;       ///< A new trial could no longer reach the target.
  std::vector<PlanNote> notes;
};

[[nodiscard]] Plan make_plan(const StudyState& state, const CostModel& costs, const Moment& moment);

/// The plan for people and programs: see docs/algorithms.md.
[[nodiscard]] std::string plan_json(const Plan& plan, const StudyState& state,
                                    const Moment& moment);

}  // namespace hpopt
