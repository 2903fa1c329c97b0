// Adopting: what a new session does with what a dead one left behind, and with a parent study's
// trials.
#pragma once

#include "engine/session.h"
#include "hpopt/result.h"
#include "study/journal.h"

namespace hpopt {

/// Trials that a session which is gone left running are paused: they go on from their checkpoints,
/// or start again. A zombie's late report is refused from here on, since the run's token is closed.
/// Those of sessions that are known to be at work stay. REQUIRES: the runner's lease.
[[nodiscard]] Status pause_orphans(Session& session);

/// The same for what the session itself leaves running, as it is about to go.
[[nodiscard]] Status pause_own(Session& session);

/// A study that starts over from an older one is given what that one's trials teach, and tries the
/// best of them first (inheritance.h). Does nothing unless the study is new and has a parent.
/// `epoch`: of the decider.
[[nodiscard]] Status inherit(Session& session, Store& store, Epoch epoch);

}  // namespace hpopt
