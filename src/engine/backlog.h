// Backlog: what a store in trouble has not taken yet. The disk is full, somebody keeps the file
// locked: trials go on, their facts wait here in order, and are stored when the trouble has passed.
//
//   backlog.begin(error, state.revision());
//   backlog.keep(std::move(facts));                  // now and again
//   if (backlog.due()) { auto others = backlog.settle(); ... }
//
// Threads: one at a time. The journal and the clock must outlive it.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "hpopt/result.h"
#include "study/journal.h"

namespace hpopt {

/// What a guard that fails, or a lease that is lost, means to the process that ran the study.
[[nodiscard]] Error taken_over();

/// How the journal stands when the trouble is over.
struct Settled {
  std::vector<Fact> others;  ///< Appended by others since the trouble began, in order.
  Revision head = 0;         ///< Of ours and theirs together.
};

class Backlog {
 public:
  /// `session`: whose facts they are. `tell` hears in plain words when trouble begins and ends.
  Backlog(Journal& journal, SessionId session, const Clock& clock,
          std::function<void(const std::string& line)> tell);

  [[nodiscard]] bool in_trouble() const { return trouble_.has_value(); }
  /// Facts that are not known to be stored.
  [[nodiscard]] std::size_t size() const;

  /// The store failed. `agreed`: the revision up to which our state is the journal's.
  void begin(const Error& error, Revision agreed);
  /// Takes facts of one append, which belong together. REQUIRES: in_trouble(), admitted.
  void keep(std::vector<Fact> facts) { groups_.push_back(std::move(facts)); }

  /// Whether it is time to try again.
  [[nodiscard]] bool due() const;
  /// Tries to store all. Once it is, the trouble is over. Nothing: it goes on. kBusy: another
  /// process has taken the study over.
  Result<std::optional<Settled>> settle();

  /// What to say at the end if the trouble does not pass. REQUIRES: in_trouble().
  [[nodiscard]] Error loss() const;

 private:
  Result<Settled> find_others();
  Status store_all();
  void renumber(Fact& fact) const;

  Journal& journal_;
  SessionId session_;
  const Clock& clock_;
  std::function<void(const std::string& line)> tell_;
  std::optional<Error> trouble_;
  std::deque<std::vector<Fact>> groups_;
  Revision agreed_ = 0;
  /// Of the facts that were taken out of `groups_`, in order: their revisions in the journal.
  std::vector<Revision> landed_;
  std::size_t found_ = 0;  ///< Facts of ours after `agreed_` that the journal is known to hold.
  Nanos since_{0};
  Nanos next_try_{0};
};

}  // namespace hpopt
