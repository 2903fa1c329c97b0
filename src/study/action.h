// Action: what a policy wants done; Moment: what it sees besides the facts.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "study/fact.h"

namespace hpopt {

/// What a decision sees besides the state. Recorded in the Decision, so that a replay decides the
/// same.
struct Moment {
  double time_left =
      std::numeric_limits<double>::infinity();  ///< Seconds until trials must be gone.
  double time_budget = std::numeric_limits<double>::infinity();  ///< Of the whole study, seconds.
  int free_slots = 1;
  int slots = 1;         ///< Workers in all.
  bool can_hold = true;  ///< Trials can be frozen in place (commands; not in-process objectives).
};

/// Something scarce that trials keep while they don't run: memory of frozen processes, disk space
/// of checkpoints.
struct Pool {
  enum class Kind : std::uint8_t { kProcesses, kCheckpoints };

  Kind kind = Kind::kProcesses;
  std::string name;         ///< "memory", "memory of GPU 0", "disk space".
  std::uint64_t limit = 0;  ///< Bytes that all of them may keep.
  std::map<TrialId, std::uint64_t> kept;
};

/// A new trial, to be started at once.
struct SuggestAction {
  Configuration configuration;
  double until_step = 0;  ///< As in Started.
  Decision decision;
  std::string model = {};  ///< Newly fitted, to be kept (Fitted); empty: as before.
};

/// A waiting or paused trial starts or goes on.
struct ResumeAction {
  TrialId trial = 0;
  double until_step = 0;
  Decision decision;
};

/// A trial gives back what it keeps: a held one's processes end, and it stays paused; another's
/// checkpoint is removed.
struct EvictAction {
  TrialId trial = 0;
  Decision decision;
};

/// Nothing more is worth doing: the study ends when what runs has ended.
struct FinishAction {
  Decision decision;
};

using Action = std::variant<SuggestAction, ResumeAction, EvictAction, FinishAction>;

/// What becomes of a running trial after a report. kStop carries a cause for the Ended fact.
enum class Course : std::uint8_t { kContinue, kPause, kStop, kComplete };
struct Judgement {
  Course course = Course::kContinue;
  Decision decision;  ///< Empty when it goes on.
};

}  // namespace hpopt
