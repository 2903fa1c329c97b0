// Session: one process's work on one study. It stamps and appends facts, and keeps the folded state
// in step with the journal.
//
// Threads: one at a time. Ownership: owns the journal.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "engine/backlog.h"
#include "engine/presence.h"
#include "hpopt/result.h"
#include "study/journal.h"
#include "study/state.h"

namespace hpopt {

class Session {
 public:
  /// Folds what is there: enough for a session that only reads.
  static Result<std::unique_ptr<Session>> open(std::unique_ptr<Journal> journal,
                                               const Clock& clock);
  /// Says that a process works on the study from now on.
  Status announce(const std::string& containment);

  [[nodiscard]] const StudyState& state() const { return state_; }
  [[nodiscard]] Journal& journal() { return *journal_; }
  [[nodiscard]] SessionId id() const { return id_; }
  /// Whether it is ours under this number: one that is announced again gets another.
  [[nodiscard]] bool is_own(SessionId session) const;
  [[nodiscard]] Token next_token() const { return state_.last_token() + 1; }

  /// From now on a store in trouble holds nothing up: what it does not take is folded and kept, and
  /// tried again with each refresh or poll (never between a decision and its append: what it read
  /// would get other numbers); `tell` hears of it. `decider`: the epoch of its lease, which we
  /// hold. REQUIRES: announced.
  void endure(Epoch decider, std::function<void(const std::string& line)> tell);
  /// As the journal's; while the store is in trouble it is not waited for.
  void set_patience(Nanos patience);
  /// From now on nothing waits for the disk: the time is up.
  void hurry();
  /// How long an append or a beat has lately taken at most.
  [[nodiscard]] Nanos slowest_write() const { return slowest_; }
  [[nodiscard]] bool in_trouble() const { return backlog_ && backlog_->in_trouble(); }
  /// A beat of ours, which the journal syncs now and again.
  Status beat(std::string_view role, Epoch epoch, Nanos spent);
  /// Success where the failure is one that the session endures.
  Status bear(const Status& status);
  /// The last attempt to store what is kept. An error: what could not be stored, and why.
  Status settle();

  /// Stamps, appends all or none, and folds. kConflict: another process made progress; nothing was
  /// appended, the state is up to date, and the caller decides anew.
  Status append(std::vector<Payload> payloads, Durability durability);
  /// Folds what others appended.
  Status refresh();
  /// The same, where there is something; cheap.
  Status poll();

  /// Called with every fact that is folded from now on, after it was folded.
  void listen(std::function<void(const Fact&)> listener) { listener_ = std::move(listener); }

 private:
  Session(std::unique_ptr<Journal> journal, const Clock& clock)
      : journal_(std::move(journal)), clock_(clock) {}
  [[nodiscard]] Stamp stamp(SessionId session) const;
  Status fold(const Fact& fact);
  /// Folds facts that follow the state without a gap; false when others' facts lie between.
  Result<bool> fold_own(const std::vector<Fact>& facts);
  Status fold_on();
  Status fold_anew();
  Status append_facts(std::vector<Fact>& facts, Durability durability);
  /// Folds facts as if they were stored, and keeps them for the store.
  Status keep(std::vector<Fact> facts);
  Status try_again();
  Status settle_backlog();
  void learn_slowness(Nanos took);

  std::unique_ptr<Journal> journal_;
  const Clock& clock_;
  StudyState state_;
  SessionId id_ = 0;
  std::optional<Presence> presence_;  ///< None: it only reads.
  std::function<void(const Fact&)> listener_;
  std::unique_ptr<Backlog> backlog_;  ///< nullptr: the session does not endure.
  std::function<void(const std::string& line)> tell_;
  Epoch decider_ = 0;
  Nanos patience_ = kPatience;
  bool hurried_ = false;
  bool slowness_told_ = false;
  Nanos slowest_{0};
  Nanos learnt_at_{0};  ///< The slowest.
};

}  // namespace hpopt
