// Facts: what a study's journal is made of. They are appended and never changed.
//
// Every kind carries what its guard needs (docs/journal.md): a fact about a trial's run is fenced
// by the token of that run; a fact that starts a run is conditional on the trial's version; a
// decision is conditional on the decider's epoch; facts that commute carry an idempotency key. The
// storage checks guards as row conditions in the transaction that appends. Kinds are numbered and
// never renumbered.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "hpopt/value.h"

namespace hpopt {

using Revision = std::uint64_t;  ///< 1, 2, 3, ... within a study, without gaps.
using TrialId = std::uint32_t;   ///< 1, 2, 3, ... within a study; 0: none.
using Token = std::uint64_t;     ///< Fences one run of one trial; unique within a study; 0: none.
using Epoch = std::uint64_t;     ///< Of a lease; grows with every change of holder.
using MetricId =
    std::uint16_t;  ///< 0..objectives-1 are the objectives; others as MetricNamed says.
/// A script that makes up names without end gets no further ones.
inline constexpr MetricId kMostMetrics = 1000;
using SessionId = std::uint32_t;  ///< 1, 2, 3, ... within a study: one process that worked on it.

/// Who appended it and when. Durations are taken only between stamps of one session.
struct Stamp {
  Revision revision = 0;  ///< Allotted by the journal.
  SessionId session = 0;
  Nanos monotonic{0};       ///< Of that session's clock.
  std::int64_t utc_ms = 0;  ///< For display only.
};

/// Why something was decided, and what the decision saw, so that `why` can tell and a replay can
/// check.
struct Decision {
  std::string by = {};      ///< "tpe", "sobol", "default", "asha", "median", "planner", "user", ...
  std::string reason = {};  ///< One line in the user's words.
  Revision read_revision = 0;  ///< The journal up to which the decider had folded.
  std::uint64_t counter = 0;   ///< Of the random stream.
  double time_left = 0;        ///< Seconds; infinity without a budget.
  int free_slots = 0;
  double time_budget = 0;  ///< Of the whole study, seconds; infinity without one.
  int slots = 0;           ///< 0: not a policy's decision, or an older hpopt wrote it.
  bool can_hold = false;
  friend bool operator==(const Decision&, const Decision&) = default;
};

/// The first fact of a study.
struct Created {
  std::string name = {};
  std::string spec = {};         ///< JSON of the StudySpec.
  std::string fingerprint = {};  ///< JSON of the Fingerprint.
  std::string directory = {};    ///< Where the command runs.
  std::uint64_t seed = 0;
  std::string parent =
      {};  ///< Id of the study that it starts over from, knowing its trials; or empty.
};

/// A process began to work on the study.
struct SessionOpened {
  std::string host = {};
  std::int64_t pid = 0;
  std::string version = {};  ///< Of hpopt.
  std::string containment = {};
  /// As a lease's, and what tells the sessions of one process apart; empty: an older hpopt wrote
  /// it.
  std::string holder = {};
};

struct SessionClosed {
  std::string reason = {};
};

/// A trial is created and offered to be run. Condition: epoch; request id unused; configuration
/// unused (when `unique`); trial is the next number; within run_cap.
struct Suggested {
  TrialId trial = 0;
  Configuration configuration = {};
  bool unique = true;        ///< false: the configuration may be seen again (define-by-run, told).
  std::string request = {};  ///< Unique id of the ask.
  Epoch epoch = 0;           ///< Of the decider.
  Decision decision = {};
};

/// A run of the trial begins (claim, thaw, promotion, takeover). Condition: the trial's version
/// equals `version` and it isn't running; epoch. The run's token is issued: it must be greater than
/// all before.
struct Started {
  TrialId trial = 0;
  std::uint64_t version = 0;
  Token token = 0;
  int worker = 0;
  double until_step = 0;  ///< Goes on to this step, then is paused or complete; 0: to its end.
  bool thawed = false;    ///< The same process goes on: a held pause ends.
  Decision decision = {};
  std::string record = {};  ///< JSON: seed, host, devices, argv, git commit, interpreter.
  Epoch epoch = 0;          ///< Of the decider; 0: none is needed.
};

/// A number that the trial said. Fence: token. Idempotent by (token, sequence).
struct Reported {
  TrialId trial = 0;
  Token token = 0;
  std::uint32_t sequence = 0;  ///< 1, 2, 3, ... within the token.
  MetricId metric = 0;
  double step = 0;
  double value = 0;    ///< May be NaN or infinite: diverged.
  double elapsed = 0;  ///< Seconds that the trial has run in all, pauses not counted.
};

/// Gives a number to the name of a metric that isn't an objective.
struct MetricNamed {
  MetricId metric = 0;
  std::string name = {};
};

/// Fence: token. The run ends, the trial may go on later.
struct Paused {
  TrialId trial = 0;
  Token token = 0;
  bool held = false;   ///< Its processes are frozen and still there.
  double elapsed = 0;  ///< As in Reported.
  Decision decision = {};
};

enum class Cause : std::uint8_t {
  kComplete = 1,  ///< Ended by itself with a score, or reached its full length.
  kStopped = 2,   ///< By the scheduler: not worth more time.
  kFailed = 3,    ///< Crashed, non-zero exit, or no score.
  kOutOfMemory = 4,
  kDiverged = 5,   ///< NaN or infinite.
  kCancelled = 6,  ///< Dropped without a result: as if never asked.
};

/// Fence: token. The last fact of a trial.
struct Ended {
  TrialId trial = 0;
  Token token = 0;
  Cause cause = Cause::kComplete;
  int exit_code = 0;  ///< Of the process; 128 + signal when killed by one; 0 in-process.
  double elapsed = 0;
  std::string message = {};  ///< What failed, with the log's last lines; empty when all went well.
  Decision decision = {};
  bool of_device = false;  ///< kOutOfMemory: it was a GPU's memory, not the machine's.
};

/// A define-by-run parameter was seen for the first time. Idempotent by name.
struct Grown {
  std::string parameter = {};  ///< JSON of the Parameter.
};

/// The configuration that a define-by-run trial really used. Fence: token.
struct Assigned {
  TrialId trial = 0;
  Token token = 0;
  Configuration configuration = {};
};

/// Adds to the budget (and reopens an ended study). Idempotent by key.
struct Extended {
  double seconds = 0;
  std::string key = {};
};

/// A wish of a user in another process. Idempotent by key.
enum class Wish : std::uint8_t { kStop = 1, kPause = 2 };
struct Requested {
  Wish wish = Wish::kStop;
  std::string key = {};
};

/// What the planner expects, for people. Condition: epoch.
struct Planned {
  Epoch epoch = 0;
  std::string plan = {};  ///< JSON.
};

/// Condition: epoch.
struct StudyEnded {
  Epoch epoch = 0;
  Decision decision = {};
};

/// Something a person should know: a warning, the metric's name is never seen. Idempotent by key.
struct Noted {
  TrialId trial = 0;  ///< 0: about the study.
  std::string text = {};
  std::string key = {};
};

/// How many steps a full training has, as a script said ("Epoch 3/50") or a trial that ended by
/// itself showed. The last one counts.
struct LengthLearnt {
  double steps = 0;
  std::string source = {};  ///< In words: "trial 1 printed 'Epoch 3/50'".
};

/// What a trial that does not run had kept on disk to go on from was removed. Condition: it neither
/// runs nor is frozen.
struct CheckpointRemoved {
  TrialId trial = 0;
  Decision decision = {};
};

/// A trial of the study that this one starts over from, as it reads in this one's space: what
/// samplers know before the first trial. It is no trial of this study. Condition: epoch; there is
/// no trial yet.
struct Inherited {
  TrialId trial = 0;  ///< Its number there.
  Configuration configuration = {};
  Cause cause =
      Cause::kStopped;  ///< Complete: a full training; stopped: as far as it came; diverged.
  std::vector<std::pair<double, double>> curve = {};  ///< Steps, ascending, and finite values.
  Epoch epoch = 0;                                    ///< Of the decider.
};

/// From now on the commands run in another directory. The last one counts.
struct Moved {
  std::string directory = {};
};

/// From now on there are at most so many trials; more than before reopens an ended study. The last
/// one counts.
struct Capped {
  std::int64_t trials = 0;
};

/// What a sampler has fitted to the trials so far: it decides by this until it fits anew. The last
/// one counts.
struct Fitted {
  std::string model = {};  ///< JSON: what the sampler that `by` names makes of it.
};

/// The index of an alternative + 1 is its persisted number: append at the end only.
using Payload =
    std::variant<Created, SessionOpened, SessionClosed, Suggested, Started, Reported, MetricNamed,
                 Paused, Ended, Grown, Assigned, Extended, Requested, Planned, StudyEnded, Noted,
                 LengthLearnt, CheckpointRemoved, Inherited, Moved, Capped, Fitted>;

struct Fact {
  Stamp stamp;
  Payload payload;
};

/// "started", "reported", ...: for docs, exports and error messages.
[[nodiscard]] std::string_view kind_name(const Payload& payload);

}  // namespace hpopt
