// Guards: what must hold in the store at the instant at which a fact is appended. The one place
// that says so, by kind of fact; every backend asks it inside the transaction that appends.
//
// A guard looks at head rows: small mutable rows beside the facts. A backend reads them through
// HeadSource and, when admit() succeeds, writes back the rows that admit() changed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "hpopt/result.h"
#include "study/fact.h"
#include "study/journal.h"

namespace hpopt {

/// Where a trial stands. Persisted: never renumbered.
enum class Standing : std::uint8_t {
  kWaiting = 0,
  kRunning = 1,
  kPaused = 2,
  kHeld = 3,  ///< Paused, its processes frozen.
  kFinished = 4,
};

struct TrialHead {
  TrialId trial = 0;
  Standing standing = Standing::kWaiting;
  std::uint64_t version = 0;        ///< As in TrialRecord.
  Token token = 0;                  ///< Of the current or last run.
  std::uint32_t sequence = 0;       ///< Of the last report under that token.
  std::uint64_t configuration = 0;  ///< configuration_key()
  friend bool operator==(const TrialHead&, const TrialHead&) = default;
};

/// One row a study.
struct ControlHead {
  Revision revision = 0;
  Token token = 0;  ///< The last that was issued.
  TrialId trials = 0;
  TrialId cancelled = 0;
  SessionId sessions = 0;
  MetricId metrics = 0;  ///< With a name.
  bool ended = false;
  std::optional<std::int64_t> run_cap;
  friend bool operator==(const ControlHead&, const ControlHead&) = default;
};

/// What a key is unique among. Persisted: never renumbered.
enum class KeyKind : std::uint8_t {
  kRequest = 1,    ///< Suggested.request
  kExtension = 2,  ///< Extended.key
  kWish = 3,       ///< Requested.key
  kNote = 4,       ///< Noted.key
  kParameter = 5,  ///< Name of a parameter
  kMetric = 6,     ///< Name of a metric
};
using Key = std::pair<KeyKind, std::string>;

/// Reads the head rows of one study.
class HeadSource {
 public:
  virtual ~HeadSource() = default;
  /// All zero before the first fact.
  virtual Result<ControlHead> control() = 0;
  virtual Result<std::optional<TrialHead>> trial(TrialId id) = 0;
  virtual Result<bool> has_key(const Key& key) = 0;
  /// The trial that was the first to use the configuration; 0: none.
  virtual Result<TrialId> owner(std::uint64_t configuration) = 0;
  /// Of the decider's lease.
  virtual Result<Epoch> decider() = 0;
};

/// The head rows that appending changes.
struct HeadChanges {
  ControlHead control;
  std::map<TrialId, TrialHead> trials;              ///< New or changed.
  std::set<Key> keys;                               ///< New.
  std::map<std::uint64_t, TrialId> configurations;  ///< New owner; 0: the row goes.
};

/// Checks every fact's guards in order, each against the rows as the facts before it leave them,
/// and writes the revisions into the facts; a fact that is there already keeps revision 0. On an
/// error (kConflict: "<guard>: why"; kInvalid: a fact that could never be folded) all revisions are
/// 0. What is admitted can be folded.
[[nodiscard]] Result<HeadChanges> admit(std::span<Fact> facts, HeadSource& source);

/// The lease once `holder` has taken it; kConflict unless it is still as `seen`.
[[nodiscard]] Result<Lease> take_lease(std::string_view role, const Lease& now, const Lease& seen,
                                       std::string_view holder);
/// kConflict unless the lease is held under that epoch.
[[nodiscard]] Status check_lease(std::string_view role, const Lease& now, Epoch epoch);

}  // namespace hpopt
