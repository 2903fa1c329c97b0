// Reports: what the commands print under --json. The keys are a contract: they are added to, never
// renamed and never removed. Seconds are numbers, times RFC 3339 in UTC, what is not known is null.
#pragma once

#include "analysis/history.h"
#include "analysis/study_view.h"
#include "base/json.h"
#include "study/state.h"

namespace hpopt {

/// {study, id, state, objectives, time: {budget, used, left}, trials: {complete, ...}, best, ...}
[[nodiscard]] Json status_json(const StudyView& study);
/// The same from the study's digest, which was made when it was the same study.
[[nodiscard]] Json status_json(Json digest, double used, bool running);
/// All of a status but what changes without a fact: the time that is used, and whether it runs.
[[nodiscard]] Json digest_json(const StudyState& state, const std::string& id);

/// {study, id, trial, state, score, params, fidelity, confirmed, command}; all but the first two
/// null while no trial has a score.
[[nodiscard]] Json best_json(const StudyView& study);

/// {trial, state, params, score, fidelity, reports: [{step, score, elapsed}], started, ended,
/// worker, reason}
[[nodiscard]] Json trial_json(const StudyView& study, const TrialRecord& trial);

/// {trial, decisions: [{time, what, until, by, reason, time_left, free_slots, read_revision}]}
[[nodiscard]] Json history_json(TrialId trial, const std::vector<HistoryEntry>& history);

}  // namespace hpopt
