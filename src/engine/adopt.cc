#include "engine/adopt.h"

#include <algorithm>
#include <map>

#include "engine/inheritance.h"
#include "engine/trial_run.h"
#include "study/fold.h"

namespace hpopt {

namespace {

/// The facts that pause what ran in the sessions that are left, where it stands.
template <typename IsLeft>
std::vector<Payload> pauses(const Session& session, const IsLeft& is_left,
                            const std::string& reason) {
  std::vector<Payload> facts;
  for (const TrialId id : session.state().open_trials()) {
    const TrialRecord& trial = *session.state().find(id);
    const bool alive = trial.held || trial.state == TrialState::kRunning;
    if (!alive || !is_left(trial.session)) continue;
    if (trial.held) facts.emplace_back(let_go(trial));
    if (trial.state != TrialState::kRunning) continue;
    facts.emplace_back(Paused{
        .trial = id,
        .token = trial.token,
        .held = false,
        .elapsed =
            std::max(trial.elapsed, trial.reports.empty() ? 0.0 : trial.reports.back().elapsed),
        .decision = {
            .by = "engine", .reason = reason, .read_revision = session.state().revision()}});
  }
  return facts;
}

/// A trial may end meanwhile by somebody else's word: then the others are looked at anew.
template <typename IsLeft>
Status pause_left(Session& session, const IsLeft& is_left, const std::string& reason) {
  constexpr int kTries = 10;
  Status paused = success();
  for (int attempt = 0; attempt < kTries; ++attempt) {
    std::vector<Payload> facts = pauses(session, is_left, reason);
    if (facts.empty()) return success();
    paused = session.append(std::move(facts), Durability::kSynced);
    if (paused || paused.error().code != Code::kConflict) break;
  }
  return paused;
}

}  // namespace

Status pause_orphans(Session& session) {
  std::map<SessionId, bool> at_work;
  const auto is_left = [&](SessionId left) {
    const auto [known, is_new] = at_work.try_emplace(left, false);
    if (is_new) {
      const StudyState& state = session.state();
      known->second =
          left >= 1 && left <= state.sessions() && Presence::is_at_work(state.session_holder(left));
    }
    return !known->second;
  };
  return pause_left(session, is_left, "the session that ran it is gone");
}

Status pause_own(Session& session) {
  return pause_left(
      session, [&](SessionId left) { return session.is_own(left); },
      "the program that asked for it let go of the study");
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
