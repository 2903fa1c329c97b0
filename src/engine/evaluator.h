// Evaluator: how optimize() has its trials evaluated.
//
// Implementations: FunctionEvaluator (a function, on the thread that asks), WorkerEvaluator (worker
// processes). Threads: evaluate() is called by several at once, all else by one.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/memory_kind.h"
#include "hpopt/result.h"
#include "hpopt/study.h"
#include "study/action.h"

namespace hpopt {

/// What came of one run of a trial. Of one that is over already, by a verdict, nothing is heard.
struct Evaluation {
  enum class End : std::uint8_t {
    kScore,
    kFailure,
    kInterrupted,  ///< By no fault of the trial: it can go on later.
    kNotStarted,   ///< The same, and so would another now: `error`.
  };
  End end = End::kScore;
  double score = 0;
  std::string message = {};  ///< Of a failure: what went wrong.
  std::string reason = {};   ///< In a line; of an interruption empty: by Evaluator::end().
  Memory memory = Memory::kEnough;
  int exit_code = 0;
  std::optional<Error> error = {};
};

class Evaluator {
 public:
  virtual ~Evaluator() = default;
  /// Returns when the run is over.
  virtual Evaluation evaluate(Trial& trial) = 0;

  /// Whether end() ends what still runs. If not, evaluate() is waited for.
  [[nodiscard]] virtual bool is_enforced() const { return false; }
  /// Nothing runs at this monotonic instant even if we hang, where that can be had.
  virtual void set_deadline(Nanos /*instant*/) {}
  /// Lets what is idle exit until `exit_by`, then ends everything: each evaluate() returns at once.
  /// Looks for what is left until `gone_by`.
  virtual void end(Nanos /*exit_by*/, Nanos /*gone_by*/) {}
  /// What paused trials keep of memory while they wait inside evaluate(). `leaving`: those that
  /// were told to return.
  [[nodiscard]] virtual std::vector<Pool> held_memory(const std::set<TrialId>& /*held*/,
                                                      const std::set<TrialId>& /*leaving*/) {
    return {};
  }
};

}  // namespace hpopt
