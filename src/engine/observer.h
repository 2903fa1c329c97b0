// RunObserver: how a run shows itself. The engine tells; the screen, the log or a test listens.
#pragma once

#include <string>

#include "study/fact.h"
#include "study/state.h"

namespace hpopt {

/// What a screen needs besides the state.
struct RunView {
  const StudyState& state;
  double used = 0;    ///< Seconds of the budget, all sessions.
  double budget = 0;  ///< Infinity: none.
  double left = 0;    ///< budget - used.
  int workers = 1;
  std::string phase;  ///< "running", "pausing", "ending": for people.
};

class RunObserver {
 public:
  virtual ~RunObserver() = default;
  /// After the session is opened; before the first trial.
  virtual void opened(const RunView& /*view*/) {}
  /// Each fact that this session appended, after it was folded.
  virtual void happened(const Fact& /*fact*/, const RunView& /*view*/) {}
  /// About five times a second, and after each batch of facts.
  virtual void tick(const RunView& /*view*/) {}
  /// After the last fact, whatever became of the store.
  virtual void closed(const RunView& /*view*/) {}
  /// A line that a person should read; also kept in the journal as Noted.
  virtual void noted(const std::string& /*line*/) {}
  /// The process is about to be suspended, as by Ctrl-Z; it goes on.
  virtual void suspending() {}
  virtual void continued(const RunView& /*view*/) {}
  /// An interrupt was heard: how long trials get now, and what another one would do.
  virtual void leaving(const std::string& /*line*/) {}
};

}  // namespace hpopt
