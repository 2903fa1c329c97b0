#include "analysis/report.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/answer.h"
#include "base/clock.h"
#include "study/trial_words.h"

namespace hpopt {
namespace {

Json time_json(std::int64_t utc_ms) { return utc_ms == 0 ? Json() : Json(rfc3339(utc_ms)); }

/// A whole step is an integer, as people count.
Json step_json(double step) {
  constexpr double kExact = 9e15;
  if (step == std::floor(step) && std::abs(step) < kExact) return static_cast<std::int64_t>(step);
  return json_number(step);
}

Json objectives_json(const StudyState& state) {
  Json list = Json::array();
  for (const Objective& objective : state.spec().objectives) {
    Json item = {{"name", objective.name}, {"goal", objective.maximize ? "maximize" : "minimize"}};
    if (objective.target) item["target"] = json_number(*objective.target);
    list.push_back(std::move(item));
  }
  return list;
}

Json counts_json(const TrialCounts& counts) {
  return {{"complete", counts.complete},  {"stopped", counts.stopped},
          {"paused", counts.paused},      {"running", counts.running},
          {"waiting", counts.waiting},    {"failed", counts.failed},
          {"diverged", counts.diverged},  {"out_of_memory", counts.out_of_memory},
          {"cancelled", counts.cancelled}};
}

/// What the trial was given: the step that a cut one reached, the value that a shortened one got.
Json fidelity_json(const StudyState& state, const TrialRecord& trial) {
  Json fidelity = Json::object();
  bool steps_named = false;
  for (const Fidelity& given : state.spec().fidelities) {
    fidelity[given.name] = step_json(given.cut ? trial.last_step() : given.high);
    steps_named = steps_named || given.cut;
  }
  if (!steps_named && trial.last_step() > 0) fidelity["steps"] = step_json(trial.last_step());
  return fidelity;
}

Json reports_json(const TrialRecord& trial) {
  Json reports = Json::array();
  for (const Report& report : trial.reports) {
    reports.push_back({{"step", step_json(report.step)},
                       {"score", json_number(report.value)},
                       {"elapsed", json_number(report.elapsed)}});
  }
  return reports;
}

Json reason_json(const StudyView& study, const TrialRecord& trial) {
  if (standing(study, trial) != trial.state) return "interrupted: the session that ran it is gone";
  const auto reason = reason_of(trial);
  return reason ? Json(*reason) : Json();
}

Json decision_json(const HistoryEntry& entry) {
  const Decision& decision = entry.decision;
  Json json = {{"time", time_json(entry.utc_ms)},
               {"what", entry.what},
               {"until", entry.until > 0 ? step_json(entry.until) : Json()},
               {"by", decision.by},
               {"reason", decision.reason},
               {"time_left", nullptr},
               {"free_slots", nullptr},
               {"read_revision", nullptr}};
  if (decision.read_revision == 0) return json;  // what it saw was not written down
  json["time_left"] = json_number(decision.time_left);
  json["free_slots"] = decision.free_slots;
  json["read_revision"] = decision.read_revision;
  return json;
}

}  // namespace

Json digest_json(const StudyState& state, const std::string& id) {
  const StudyView study{.state = state, .id = id, .used = 0, .running = true};
  Json best = best_json(study);
  const Json budget = state.budget_seconds() ? json_number(*state.budget_seconds()) : Json();
  return {{"study", state.origin().name},
          {"id", id},
          {"state", state.ended()           ? "finished"
                    : state.sessions() == 0 ? "new"
                                            : "paused"},
          {"objectives", objectives_json(state)},
          {"time", {{"budget", budget}, {"used", 0.0}, {"left", budget}}},
          {"trials", counts_json(state.counts())},
          {"best", best["trial"].is_null() ? Json() : std::move(best)},
          {"created", time_json(state.created_utc_ms())},
          {"directory", state.origin().directory},
          {"reason", state.ended() ? Json(state.ending()->reason) : Json()}};
}

Json status_json(Json digest, double used, bool running) {
  Json& time = digest["time"];
  const bool bounded = time["budget"].is_number();
  const double left = bounded ? std::max(0.0, time["budget"].get<double>() - used)
                              : std::numeric_limits<double>::infinity();
  time["used"] = json_number(used);
  time["left"] = json_number(left);
  if (running) {
    digest["state"] = "running";
    return digest;
  }
  if (left <= 0) digest["state"] = "finished";
  // What runs where nobody works was interrupted.
  Json& trials = digest["trials"];
  trials["paused"] = trials["paused"].get<int>() + trials["running"].get<int>();
  trials["running"] = 0;
  Json& best = digest["best"];
  if (best.is_object() && best["state"] == name(TrialState::kRunning)) {
    best["state"] = name(TrialState::kPaused);
  }
  return digest;
}

Json status_json(const StudyView& study) {
  return status_json(digest_json(study.state, study.id), study.used, study.running);
}

Json best_json(const StudyView& study) {
  const StudyState& state = study.state;
  Json json = {{"study", state.origin().name}, {"id", study.id}};
  const std::optional<Answer> found = answer(state);
  if (!found) {
    for (const char* key :
         {"trial", "state", "score", "params", "fidelity", "confirmed", "command"}) {
      json[key] = nullptr;
    }
    return json;
  }
  json["trial"] = found->trial;
  json["state"] = name(standing(study, *state.find(found->trial)));
  json["score"] = json_number(found->score);
  json["params"] = to_json(found->params);
  json["fidelity"] = fidelity_json(state, *state.find(found->trial));
  json["confirmed"] = found->confirmed;
  json["command"] = found->command;
  return json;
}

Json trial_json(const StudyView& study, const TrialRecord& trial) {
  const StudyState& state = study.state;
  const std::optional<double> score = state.score(trial);
  return {{"trial", trial.id},
          {"state", name(standing(study, trial))},
          {"params", to_json(trial.configuration)},
          {"score", score ? json_number(*score) : Json()},
          {"fidelity", fidelity_json(state, trial)},
          {"reports", reports_json(trial)},
          {"started", time_json(trial.started_utc_ms)},
          {"ended", time_json(trial.ended_utc_ms)},
          {"worker", trial.started_utc_ms == 0 ? Json() : Json(trial.worker)},
          {"reason", reason_json(study, trial)}};
}

Json history_json(TrialId trial, const std::vector<HistoryEntry>& history) {
  Json decisions = Json::array();
  for (const HistoryEntry& entry : history) decisions.push_back(decision_json(entry));
  return {{"trial", trial}, {"decisions", std::move(decisions)}};
}

}  // namespace hpopt
