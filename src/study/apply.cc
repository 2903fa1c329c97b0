// How each fact changes the state. A fact is checked whole before anything is changed.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/json.h"
#include "space/space_json.h"
#include "study/configuration_key.h"
#include "study/state.h"

namespace hpopt {
namespace {

int& count_of(TrialCounts& counts, TrialState state) {
  switch (state) {
    case TrialState::kWaiting:
      return counts.waiting;
    case TrialState::kRunning:
      return counts.running;
    case TrialState::kPaused:
      return counts.paused;
    case TrialState::kComplete:
      return counts.complete;
    case TrialState::kStopped:
      return counts.stopped;
    case TrialState::kFailed:
      return counts.failed;
    case TrialState::kOutOfMemory:
      return counts.out_of_memory;
    case TrialState::kDiverged:
      return counts.diverged;
    case TrialState::kCancelled:
      break;
  }
  return counts.cancelled;
}

/// None: a cause that this version does not know.
std::optional<TrialState> state_after(Cause cause) {
  switch (cause) {
    case Cause::kComplete:
      return TrialState::kComplete;
    case Cause::kStopped:
      return TrialState::kStopped;
    case Cause::kFailed:
      return TrialState::kFailed;
    case Cause::kOutOfMemory:
      return TrialState::kOutOfMemory;
    case Cause::kDiverged:
      return TrialState::kDiverged;
    case Cause::kCancelled:
      return TrialState::kCancelled;
  }
  return std::nullopt;
}

}  // namespace

struct StudyState::Apply {
  StudyState& state;
  const Fact& fact;  ///< For its stamp and for messages; its payload is moved from at the end.

  Status operator()(Created&& created) const {
    auto json = parse_json(created.spec, "specification");
    if (!json) return misfit(json.error().message());
    auto spec = spec_from_json(*json);
    if (!spec) return misfit(spec.error().message());
    state.spec_ = std::move(*spec);
    state.declares_space_ = !state.spec_.space.empty();
    for (const Objective& objective : state.spec_.objectives) {
      state.metric_names_.push_back(objective.name);
    }
    state.created_utc_ms_ = fact.stamp.utc_ms;
    state.origin_ = std::move(created);
    return success();
  }

  Status operator()(SessionOpened&& opened) const {
    state.sessions_ = fact.stamp.session;
    state.session_holders_.push_back(std::move(opened.holder));
    state.wish_.reset();
    return success();
  }

  Status operator()(SessionClosed&&) const { return success(); }

  Status operator()(Suggested&& suggested) const {
    if (suggested.trial != state.trials_.size() + 1) return misfit("its number is not the next");
    const std::uint64_t key = configuration_key(suggested.configuration);
    TrialRecord& trial = state.trials_.emplace_back();
    trial.id = suggested.trial;
    trial.configuration = std::move(suggested.configuration);
    trial.suggested = std::move(suggested.decision);
    state.tallies_.push_back({.key = key});
    state.tried_.emplace(key, trial.id);
    state.open_.push_back(trial.id);
    ++state.counts_.waiting;
    changed(trial);
    return success();
  }

  Status operator()(Started&& started) const {
    TrialRecord* trial = open_trial(started.trial);
    if (trial == nullptr) return misfit("its trial is unknown or has ended");
    if (trial->state == TrialState::kRunning) return misfit("its trial is running");
    if (trial->version != started.version) return misfit("its trial has another version");
    if (started.token <= state.last_token_) return misfit("its token is not new");
    if (started.thawed && !trial->held) return misfit("its trial is not frozen");
    state.last_token_ = started.token;
    state.ended_.reset();  // it goes on
    state.tallies_[trial->id - 1].sequence = 0;
    move_to(*trial, TrialState::kRunning, std::move(started.decision));
    trial->token = started.token;
    trial->worker = started.worker;
    trial->session = fact.stamp.session;
    trial->until_step = started.until_step;
    if (!started.thawed) ++trial->runs;
    trial->starts_anew = false;
    if (!started.record.empty()) trial->record = std::move(started.record);
    if (trial->started_utc_ms == 0) trial->started_utc_ms = fact.stamp.utc_ms;
    return success();
  }

  Status operator()(Reported&& reported) const {
    TrialRecord* trial = fenced(reported.trial, reported.token);
    if (trial == nullptr || trial->state != TrialState::kRunning) {
      return misfit("its trial does not run under its token");
    }
    std::uint32_t& sequence = state.tallies_[trial->id - 1].sequence;
    if (reported.sequence <= sequence) return misfit("its sequence number is not new");
    if (reported.metric >= state.metric_names_.size()) return misfit("its metric has no name");
    if (!std::isfinite(reported.step)) return misfit("its step is not a finite number");
    sequence = reported.sequence;
    trial->elapsed = std::max(trial->elapsed, reported.elapsed);
    if (reported.metric == 0) {
      add_report(*trial, {reported.step, reported.value, reported.elapsed});
    } else {
      trial->readings.push_back({reported.metric, reported.step, reported.value});
    }
    changed(*trial);
    return success();
  }

  Status operator()(MetricNamed&& named) const {
    if (named.metric != state.metric_names_.size()) return misfit("its number is not the next");
    if (state.metric_id(named.name)) return misfit("its name is known already");
    state.metric_names_.push_back(std::move(named.name));
    return success();
  }

  Status operator()(Paused&& paused) const {
    TrialRecord* trial = fenced(paused.trial, paused.token);
    const bool evicted = trial != nullptr && trial->held && !paused.held;
    if (trial == nullptr || (trial->state != TrialState::kRunning && !evicted)) {
      return misfit("its trial does not run under its token");
    }
    move_to(*trial, TrialState::kPaused, std::move(paused.decision));
    trial->held = paused.held;
    trial->elapsed = std::max(trial->elapsed, paused.elapsed);
    trial->ended_utc_ms = fact.stamp.utc_ms;
    return success();
  }

  Status operator()(Ended&& ended) const {
    TrialRecord* trial = fenced(ended.trial, ended.token);
    if (trial == nullptr) return misfit("its trial does not run under its token");
    const std::optional<TrialState> next = state_after(ended.cause);
    if (!next) return misfit("its cause is unknown");
    move_to(*trial, *next, std::move(ended.decision));
    trial->exit_code = ended.exit_code;
    trial->message = std::move(ended.message);
    trial->elapsed = std::max(trial->elapsed, ended.elapsed);
    trial->ended_utc_ms = fact.stamp.utc_ms;
    if (*next == TrialState::kCancelled) forget(*trial);
    if (*next == TrialState::kOutOfMemory) learn_bound(*trial, ended.of_device);
    if (*next == TrialState::kComplete) {
      state.memory_bounds_.fitted(state.spec_, trial->configuration);
    }
    if (is_failure(*next) && state.best_ == trial->id) state.find_best();
    return success();
  }

  Status operator()(Grown&& grown) const {
    auto json = parse_json(grown.parameter, "parameter");
    if (!json) return misfit(json.error().message());
    auto parameter = parameter_from_json(*json);
    if (!parameter) return misfit(parameter.error().message());
    if (auto added = state.spec_.space.add(std::move(*parameter)); !added) {
      return misfit(added.error().message());
    }
    return success();
  }

  Status operator()(Assigned&& assigned) const {
    TrialRecord* trial = fenced(assigned.trial, assigned.token);
    if (trial == nullptr) return misfit("its trial does not run under its token");
    give_back_key(*trial);
    state.tallies_[trial->id - 1].key = configuration_key(assigned.configuration);
    state.tried_.emplace(state.tallies_[trial->id - 1].key, trial->id);
    trial->configuration = std::move(assigned.configuration);
    changed(*trial);
    return success();
  }

  Status operator()(Extended&& extended) const {
    if (!(extended.seconds > 0) || !std::isfinite(extended.seconds)) {
      return misfit("its time is not a positive number of seconds");
    }
    state.extended_ += extended.seconds;
    ++state.extensions_;
    state.extension_key_ = std::move(extended.key);
    state.ended_.reset();
    return success();
  }

  Status operator()(Requested&& requested) const {
    if (requested.wish != Wish::kStop && requested.wish != Wish::kPause) {
      return misfit("its wish is unknown");
    }
    state.wish_ = requested.wish;
    return success();
  }

  Status operator()(Planned&& planned) const {
    state.plan_ = std::move(planned.plan);
    return success();
  }

  Status operator()(StudyEnded&& ended) const {
    if (state.ended_) return misfit("the study has ended already and nothing was started since");
    state.ended_ = std::move(ended.decision);
    return success();
  }

  Status operator()(Noted&& noted) const {
    if (noted.trial != 0 && state.find(noted.trial) == nullptr)
      return misfit("its trial is unknown");
    state.notes_.push_back(std::move(noted));
    return success();
  }

  Status operator()(LengthLearnt&& learnt) const {
    if (!(learnt.steps > 0) || !std::isfinite(learnt.steps)) {
      return misfit("its length is not a positive number of steps");
    }
    state.learnt_length_ = learnt.steps;
    return success();
  }

  Status operator()(CheckpointRemoved&& removed) const {
    if (state.find(removed.trial) == nullptr) return misfit("its trial is unknown");
    TrialRecord& trial = state.trials_[removed.trial - 1];
    if (trial.state == TrialState::kRunning || trial.held) return misfit("its trial has a process");
    trial.starts_anew = true;
    changed(trial);
    return success();
  }

  Status operator()(Inherited&& inherited) const {
    if (!state.trials_.empty()) return misfit("the study has trials already");
    const std::optional<TrialState> came_to = state_after(inherited.cause);
    if (!came_to) return misfit("its cause is unknown");
    TrialRecord& known = state.inherited_.emplace_back();
    known.id = inherited.trial;
    known.configuration = std::move(inherited.configuration);
    known.state = *came_to;
    for (const auto& [step, value] : inherited.curve) known.reports.push_back({step, value, 0});
    return success();
  }

  Status operator()(Moved&& moved) const {
    state.origin_.directory = std::move(moved.directory);
    return success();
  }

  Status operator()(Capped&& capped) const {
    if (capped.trials < 1) return misfit("its number of trials is not positive");
    const auto before = state.spec_.run_cap;
    if (before && capped.trials > *before) state.ended_.reset();
    state.spec_.run_cap = capped.trials;
    return success();
  }

  Status operator()(Fitted&& fitted) const {
    state.model_ = std::move(fitted.model);
    return success();
  }

  [[nodiscard]] Error misfit(std::string_view why) const {
    return {Code::kStorage,
            fmt::format("fact {} ({}) does not fit: {}", fact.stamp.revision,
                        kind_name(fact.payload), why),
            {},
            "the journal is damaged, or a newer hpopt wrote it"};
  }

  /// What every fact must keep to: no gap, a beginning, a session that was opened.
  [[nodiscard]] Status check_place() const {
    if (fact.stamp.revision != state.revision_ + 1) {
      return misfit(fmt::format("revision {} was expected", state.revision_ + 1));
    }
    const bool begins = std::holds_alternative<Created>(fact.payload);
    if (begins && state.created()) return misfit("the study is created already");
    if (!begins && !state.created()) return misfit("the study is not created yet");
    const bool opens = std::holds_alternative<SessionOpened>(fact.payload);
    if (opens && fact.stamp.session != state.sessions_ + 1) {
      return misfit("its session's number is not the next");
    }
    if (!opens && fact.stamp.session > state.sessions_) return misfit("its session was not opened");
    return success();
  }

 private:
  [[nodiscard]] TrialRecord* open_trial(TrialId id) const {
    if (state.find(id) == nullptr || is_finished(state.trials_[id - 1].state)) return nullptr;
    return &state.trials_[id - 1];
  }

  /// The trial, unless it has ended or its last run has another token.
  [[nodiscard]] TrialRecord* fenced(TrialId id, Token token) const {
    TrialRecord* trial = open_trial(id);
    return trial != nullptr && trial->token == token ? trial : nullptr;
  }

  void changed(const TrialRecord& trial) const { state.changes_.push_back(trial.id); }

  void move_to(TrialRecord& trial, TrialState next, Decision&& decision) const {
    --count_of(state.counts_, trial.state);
    ++count_of(state.counts_, next);
    trial.state = next;
    trial.held = false;
    ++trial.version;
    trial.decisions.push_back(std::move(decision));
    if (is_finished(next)) {
      const auto place = std::lower_bound(state.open_.begin(), state.open_.end(), trial.id);
      state.open_.erase(place);
    }
    changed(trial);
  }

  void add_report(TrialRecord& trial, const Report& report) const {
    std::vector<Report>& reports = trial.reports;
    if (reports.empty() || report.step > reports.back().step) {
      reports.push_back(report);
      const bool last = state.over() == Over::kLast;
      const double before = state.tallies_[trial.id - 1].score;
      if (is_score(report.value) &&
          (std::isnan(before) || last || state.better(report.value, before))) {
        state.set_score(trial.id, report.value);
      }
      return;
    }
    const auto place =
        std::lower_bound(reports.begin(), reports.end(), report.step,
                         [](const Report& earlier, double step) { return earlier.step < step; });
    if (place->step == report.step) {
      *place = report;
    } else {
      reports.insert(place, report);
    }
    state.set_score(trial.id,
                    state.score(trial).value_or(std::numeric_limits<double>::quiet_NaN()));
  }

  void learn_bound(TrialRecord& trial, bool of_device) const {
    trial.memory = of_device ? Memory::kDevice : Memory::kHost;
    state.memory_failures_.push_back(trial.id);
    if (!state.memory_bounds_.ran_out(state.spec_, trial.configuration)) return;
    for (const TrialRecord& other : state.trials_) {
      if (other.state != TrialState::kComplete) continue;
      state.memory_bounds_.fitted(state.spec_, other.configuration);
    }
  }

  /// A cancelled trial is as if it had never been asked.
  void forget(TrialRecord& trial) const {
    give_back_key(trial);
    if (state.best_ == trial.id) state.find_best();
  }

  void give_back_key(const TrialRecord& trial) const {
    const auto owner = state.tried_.find(state.tallies_[trial.id - 1].key);
    if (owner != state.tried_.end() && owner->second == trial.id) state.tried_.erase(owner);
  }
};

Status StudyState::apply(const Fact& fact) { return apply(Fact(fact)); }

Status StudyState::apply(Fact&& fact) {
  const Apply change{*this, fact};
  if (Status fits = change.check_place(); !fits) return fits;
  Status applied =
      std::visit([&](auto& payload) { return change(std::move(payload)); }, fact.payload);
  if (applied) ++revision_;
  return applied;
}

}  // namespace hpopt
