// Journal and Store: where facts live. Narrow, with two backends from the first day.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpopt/result.h"
#include "study/fact.h"

namespace hpopt {

enum class Durability : std::uint8_t {
  kBatched,  ///< Survives the death of this process at once, loss of power within a second.
  kSynced,   ///< On stable storage when append returns.
};

/// A row of the mutable side table. A lease has expired when its beat stood still for its time to
/// live on the observer's own monotonic clock; nobody compares clocks.
struct Lease {
  std::string holder;  ///< "host/boot-id/pid/start-time"; empty: free.
  Epoch epoch = 0;
  std::uint64_t beat = 0;
};

/// How long a call to a store waits for others' locks unless it is told otherwise: longer than any
/// transaction of ours lasts.
inline constexpr Nanos kPatience = std::chrono::seconds(10);

inline constexpr std::string_view kRunner = "runner";  ///< Runs trials and spends the budget.
inline constexpr std::string_view kDecider =
    "decider";  ///< Suggests configurations, ends the study.

/// What `status` tells of a study, kept beside its facts so that nobody need fold them to look.
struct Digest {
  std::string body;           ///< Its form is that of who writes and reads it.
  bool of_head = false;       ///< No fact came after it.
  bool of_last_beat = false;  ///< The runner wrote it with its last beat, or the one before.
};

/// One study's facts. Threads: one object a thread. Several objects and processes may share a
/// study.
class Journal {
 public:
  virtual ~Journal() = default;

  /// Appends all or none, and writes the revisions into `facts`. A guard that fails is kConflict
  /// with the guard's name in `what`; a Reported, Extended, Requested, Noted, Grown or Capped that
  /// is there already is skipped in silence (its revision stays 0).
  virtual Result<Revision> append(std::span<Fact> facts, Durability durability) = 0;

  /// Calls `visit` for the facts after `after`, in order. Stops early, without error, when visit
  /// says false. Returns the last revision visited (`after` when there was none).
  virtual Result<Revision> read(Revision after, const std::function<bool(const Fact&)>& visit) = 0;

  /// The last revision. Cheap: polled. kStorage also when what holds the facts was removed.
  virtual Result<Revision> head() = 0;

  virtual Result<Lease> lease(std::string_view role) = 0;
  /// Takes the lease if it is still as `seen`. kConflict: it changed meanwhile. Returns the new
  /// epoch.
  virtual Result<Epoch> take(std::string_view role, const Lease& seen, std::string_view holder) = 0;
  /// Advances the beat and charges `spent` to the study's budget. kConflict: the lease was lost.
  virtual Status beat(std::string_view role, Epoch epoch, Nanos spent) = 0;
  virtual Status release(std::string_view role, Epoch epoch) = 0;
  /// What all sessions charged so far.
  virtual Result<Nanos> spent() = 0;

  /// Empty: none was kept.
  virtual Result<Digest> digest() = 0;
  /// Passed over where that of a later revision is kept: who folds by itself may come late.
  virtual Status keep_digest(Revision revision, std::string_view body) = 0;

  /// How long a call may wait for a lock that somebody else holds; kStorage then, and nothing was
  /// done.
  virtual void set_patience(Nanos /*patience*/) {}
  /// From now on batched appends and closing wait for no disk: the time is up.
  virtual void hurry() {}
};

struct StudyInfo {
  std::string id;
  std::string name;
  std::int64_t created_utc_ms = 0;
  Revision head = 0;
};

/// Many studies. Threads: one object a thread.
class Store {
 public:
  virtual ~Store() = default;
  /// Appends the first fact of a new study, synced, and returns the study's id. `newest`: the
  /// newest study of its name that the caller knows, empty for none; kConflict: there is another by
  /// now.
  virtual Result<std::string> create(const Created& created, const Stamp& stamp,
                                     const std::optional<std::string>& newest = std::nullopt) = 0;
  virtual Result<std::unique_ptr<Journal>> open(const std::string& study_id) = 0;
  /// Newest first.
  virtual Result<std::vector<StudyInfo>> list() = 0;
  /// Removes a study with all its facts; success when it is gone already, and after a removal that
  /// was killed. REQUIRES: the caller holds the runner's lease, so that nobody runs it. A journal
  /// that is still open refuses whatever is appended.
  virtual Status remove(const std::string& study_id) = 0;
  /// Gives back the space that was removed.
  virtual Status compact() = 0;
  /// From now on closing waits for no disk.
  virtual void hurry() {}
};

}  // namespace hpopt
