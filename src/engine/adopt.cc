#include "engine/adopt.h"

#include <algorithm>

#include "engine/inheritance.h"
#include "engine/trial_run.h"
#include "study/fold.h"

namespace hpopt {

Status pause_orphans(Session& session) {
  std::vector<Payload> facts;
  for (const TrialId id : session.state().open_trials()) {
    const TrialRecord& trial = *session.state().find(id);
    if (trial.held) facts.emplace_back(let_go(trial));
    if (trial.state != TrialState::kRunning) continue;
    facts.emplace_back(Paused{
        .trial = id,
        .token = trial.token,
        .held = false,
        .elapsed =
            std::max(trial.elapsed, trial.reports.empty() ? 0.0 : trial.reports.back().elapsed),
        .decision = {.by = "engine",
                     .reason = "the session that ran it is gone",
                     .read_revision = session.state().revision()}});
  }
  return facts.empty() ? success() : session.append(std::move(facts), Durability::kSynced);
}

Status inherit(Session& session, Store& store, Epoch epoch) {
  const StudyState& now = session.state();
  const std::string& parent = now.origin().parent;
  if (parent.empty() || !now.trials().empty() || !now.inherited().empty()) return success();
  auto journal = store.open(parent);
  const bool deleted = !journal && journal.error().code == Code::kNotFound;
  if (deleted) return success();  // there is nothing to inherit
  if (!journal) return journal.error();
  StudyState old;
  if (auto folded = fold(**journal, old); !folded) return folded.error();
  std::vector<Payload> facts = facts_of(inheritance_of(old, now.spec()), now, epoch);
  return facts.empty() ? success() : session.append(std::move(facts), Durability::kSynced);
}

}  // namespace hpopt
