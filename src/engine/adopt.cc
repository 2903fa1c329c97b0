#include "engine/adopt.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/trial_run.h"
#include "study/fold.h"

namespace hpopt {
namespace {

constexpr std::size_t kInherited = 5;

std::vector<const TrialRecord*> best_trials(const StudyState& state, std::size_t most) {
  std::vector<const TrialRecord*> scored;
  for (const TrialRecord& trial : state.trials()) {
    const bool sound = trial.state == TrialState::kComplete || trial.state == TrialState::kPaused ||
                       trial.state == TrialState::kStopped;
    if (sound && state.score(trial)) scored.push_back(&trial);
  }
  std::stable_sort(scored.begin(), scored.end(), [&](const auto* a, const auto* b) {
    return state.better(*state.score(*a), *state.score(*b));
  });
  if (scored.size() > most) scored.resize(most);
  return scored;
}

}  // namespace

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
  const std::string parent = session.state().origin().parent;
  if (parent.empty() || !session.state().trials().empty()) return success();
  auto journal = store.open(parent);
  if (!journal) return success();  // the old study was deleted: nothing to inherit
  StudyState old;
  if (auto folded = fold(**journal, old); !folded) return folded.error();
  std::vector<Payload> facts;
  const auto cap = session.state().spec().run_cap;
  const std::size_t most = cap ? std::min(kInherited, static_cast<std::size_t>(*cap)) : kInherited;
  for (const TrialRecord* trial : best_trials(old, most)) {
    if (!session.state().space().check(trial->configuration)) continue;
    facts.emplace_back(Suggested{
        .trial = static_cast<TrialId>(facts.size() + 1),
        .configuration = trial->configuration,
        .unique = true,
        .request = random_id(),
        .epoch = epoch,
        .decision = {.by = "parent",
                     .reason = fmt::format("scored {} as trial {} of the study it starts over from",
                                           shortest(*old.score(*trial)), trial->id),
                     .read_revision = session.state().revision()}});
  }
  return facts.empty() ? success() : session.append(std::move(facts), Durability::kSynced);
}

}  // namespace hpopt
