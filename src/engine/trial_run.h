// TrialRun: what the engine remembers of one run of one trial while its process is there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exec/executor.h"
#include "exec/names_seen.h"
#include "study/state.h"

namespace hpopt {

/// The trial was told to go; what is still to be written when it has gone.
struct Leaving {
  bool recorded = false;  ///< The fact that ends the run is in the journal already.
  Decision decision;      ///< Of the Paused fact, when it is not.
  Nanos since{0};
};

struct TrialRun {
  TrialId trial = 0;
  Token token = 0;
  int worker = 0;
  Nanos began{0};
  std::optional<Leaving> leaving;
  std::string let_go_for;  ///< Why its frozen process was told to go; empty: it wasn't.

  std::uint32_t sequence = 0;             ///< Of the last Reported under `token`.
  std::map<std::string, double> counted;  ///< Steps counted for metrics that name none.
  NamesSeen names;                        ///< Of all numbers seen.
  int most_repeated = 0;                  ///< How often the most frequent of those names came.
  int scores = 0;                         ///< Reports of the first objective in this run.
  double first_score = 0;                 ///< Elapsed seconds at the first and the last of them.
  double last_score = 0;
  std::optional<double> diverged;  ///< A score of this run that is not finite.
  double elapsed_before = 0;       ///< Seconds the trial had run before this process began.
};

/// Numbers become facts: fills in the step and the sequence, and names metrics that are new.
class Intake {
 public:
  /// Appends to `out` what `said` amounts to. Returns the metric's number; 0 is the first
  /// objective. None: there are too many names, or its step is not finite; it is dropped.
  std::optional<MetricId> take(const Said& said, TrialRun& run, const StudyState& state,
                               std::vector<Payload>& out);

 private:
  std::optional<MetricId> number(const std::string& name, const StudyState& state,
                                 std::vector<Payload>& out);
  std::map<std::string, MetricId> numbers_;
  std::size_t next_ = 0;
  std::size_t read_ = 0;  ///< Names of the state that are in numbers_.
};

/// The fact that a held trial's frozen process is gone. Why it paused stays as it was: it waits for
/// the same thing, and starts anew when it goes on.
[[nodiscard]] Paused let_go(const TrialRecord& trial, const std::string& why = {});

/// Several steps came at once just before the end of a run that took a while: the script's output
/// is buffered, and nothing could be decided while it ran.
[[nodiscard]] bool looks_buffered(const TrialRun& run, double elapsed);

}  // namespace hpopt
