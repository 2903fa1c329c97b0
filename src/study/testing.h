// For tests: a small study, its facts, random ones, and whole states and facts as text to compare.
#pragma once

#include <array>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "base/json.h"
#include "base/rng.h"
#include "space/space_json.h"
#include "spec/study_spec.h"
#include "study/fact.h"
#include "study/record.h"
#include "study/state.h"

namespace hpopt::testing {

inline StudySpec small_spec() {
  StudySpec spec;
  spec.name = "digits";
  spec.command = {"./train", "--lr=${lr}", "--opt=${opt}"};
  spec.objectives = {{.name = "accuracy", .maximize = true}};
  (void)spec.space.add({.name = "lr", .domain = FloatDomain{1e-5, 1, Scale::kLog, 0}});
  (void)spec.space.add({.name = "opt", .domain = CategoricalDomain{{"sgd", "adam"}, {}}});
  spec.time_seconds = 60;
  return spec;
}

inline Created created(const StudySpec& spec = small_spec()) {
  return {.name = spec.name,
          .spec = to_json(spec).dump(),
          .fingerprint = "{}",
          .directory = "/srv/study",
          .seed = 7,
          .parent = {}};
}

inline Fact fact(Payload payload, SessionId session = 0) {
  return {{.revision = 0, .session = session, .monotonic = Nanos(5), .utc_ms = 1000},
          std::move(payload)};
}

inline Configuration configuration(double lr, const char* opt = "sgd") {
  return {{"lr", lr}, {"opt", opt}};
}

inline Suggested suggested(TrialId trial, double lr) {
  return {.trial = trial,
          .configuration = configuration(lr),
          .request = fmt::format("request {}", trial),
          .decision = {.by = "sobol", .reason = "point"}};
}

inline Started started(TrialId trial, std::uint64_t version, Token token) {
  return {
      .trial = trial, .version = version, .token = token, .decision = {.by = "asha"}, .record = {}};
}

inline Reported reported(TrialId trial, Token token, std::uint32_t sequence, double step,
                         double value) {
  return {.trial = trial,
          .token = token,
          .sequence = sequence,
          .metric = 0,
          .step = step,
          .value = value,
          .elapsed = step};
}

inline Paused paused(TrialId trial, Token token, bool held = false) {
  return {.trial = trial, .token = token, .held = held, .elapsed = 1, .decision = {.by = "asha"}};
}

inline Ended ended(TrialId trial, Token token, Cause cause = Cause::kComplete) {
  return {.trial = trial,
          .token = token,
          .cause = cause,
          .exit_code = 0,
          .elapsed = 2,
          .message = {},
          .decision = {.by = "engine"}};
}

inline std::string text_of(const Decision& decision) {
  return fmt::format("[{} '{}' {} {} {} {} {} {} {}]", decision.by, decision.reason,
                     decision.read_revision, decision.counter, decision.time_left,
                     decision.free_slots, decision.time_budget, decision.slots, decision.can_hold);
}

/// Every column; NaN in a uniform way.
inline std::string text_of(const Fact& fact) {
  const auto& [revision, session, monotonic, utc_ms] = fact.stamp;
  std::string text = fmt::format("{}/{}/{}/{} {}", revision, session, monotonic.count(), utc_ms,
                                 kind_name(fact.payload));
  if (const auto* said = std::get_if<Reported>(&fact.payload)) {
    const double value = std::isnan(said->value) ? std::nan("") : said->value;
    return text + fmt::format(" {} {} {} {} {} {} {}", said->trial, said->token, said->sequence,
                              said->metric, said->step, value, said->elapsed);
  }
  const Record row = to_record(fact.payload);
  return text + fmt::format(" {} {} {} {} {} {} {} {} {} {} {} '{}' '{}' {}", row.trial, row.token,
                            row.epoch, row.version, row.worker, row.cause, row.exit_code,
                            row.metric, row.flag, row.step, row.seconds, row.key, row.body,
                            text_of(row.decision));
}

inline std::string text_of(const TrialRecord& trial) {
  std::string text = fmt::format(
      "trial {} {} {} v{} t{} w{} s{} runs {} held {} until {} elapsed {} exit {} memory {} '{}' "
      "'{}' {} {} {}",
      trial.id, trial.configuration.json(), name(trial.state), trial.version, trial.token,
      trial.worker, trial.session, trial.runs, trial.held, trial.until_step, trial.elapsed,
      trial.exit_code, in_words(trial.memory), trial.message, trial.record, trial.started_utc_ms,
      trial.ended_utc_ms, text_of(trial.suggested));
  for (const Decision& decision : trial.decisions) text += text_of(decision);
  for (const Report& report : trial.reports) {
    text += fmt::format(" ({}: {} at {})", report.step, report.value, report.elapsed);
  }
  for (const MetricReading& reading : trial.readings) {
    text += fmt::format(" ({} {}: {})", reading.metric, reading.step, reading.value);
  }
  return text + "\n";
}

/// All that a state can be asked.
inline std::string text_of(const StudyState& state) {
  if (!state.created()) return "nothing";
  std::string text = fmt::format(
      "{} {} {} space {} cap {} best {} learnt {} extended {} ended {} wish {} plan '{}' sessions "
      "{} token {}\n",
      state.revision(), state.origin().name, state.created_utc_ms(), to_json(state.space()).dump(),
      state.spec().run_cap.value_or(0), state.best(), state.learnt_length(),
      state.extended_seconds(), state.ending() ? text_of(*state.ending()) : "no",
      state.wish() ? static_cast<int>(*state.wish()) : 0, state.plan(), state.sessions(),
      state.last_token());
  const TrialCounts& counts = state.counts();
  text += fmt::format("counts {} {} {} {} {} {} {} {} {}\n", counts.waiting, counts.running,
                      counts.paused, counts.complete, counts.stopped, counts.failed,
                      counts.out_of_memory, counts.diverged, counts.cancelled);
  for (const TrialId id : state.open_trials()) text += fmt::format("open {} ", id);
  for (const TrialId id : state.changes()) text += fmt::format("changed {} ", id);
  for (const std::string& metric : state.metric_names()) text += "metric " + metric + " ";
  for (const Noted& note : state.notes()) text += fmt::format("note {} {} ", note.trial, note.text);
  for (const TrialRecord& known : state.inherited()) text += "inherited " + text_of(known);
  for (const TrialRecord& trial : state.trials()) {
    text += text_of(trial);
    text += fmt::format("tried {} forbidden {} score {}\n", state.tried(trial.configuration),
                        state.memory_bounds().forbid(state.spec(), trial.configuration),
                        state.score(trial).value_or(std::nan("")));
  }
  return text;
}

/// Facts that might come next: about half of them fit, the others are a little wrong.
class RandomFacts {
 public:
  explicit RandomFacts(std::uint64_t seed) : rng_(seed, 0) {}

  Fact next(const StudyState& state) {
    const auto session = static_cast<SessionId>(chance(30) ? state.sessions() + rng_.below(3)
                                                           : rng_.below(state.sessions() + 1));
    Fact made = fact(payload(state), session);
    if (std::holds_alternative<SessionOpened>(made.payload) && !chance(5)) {
      made.stamp.session = state.sessions() + 1;
    }
    return made;
  }

 private:
  Payload payload(const StudyState& state) {
    const TrialId trial = any_trial(state);
    const TrialRecord* record = state.find(trial);
    const Token token = record == nullptr || chance(10) ? rng_.below(5) : record->token;
    switch (rng_.below(24)) {
      case 0:
        return SessionOpened{"host", 1, "0.1.0", "sweeps"};
      case 1:
        return MetricNamed{static_cast<MetricId>(state.metric_names().size() - rng_.below(2)),
                           fmt::format("metric {}", rng_.below(4))};
      case 2:
        return paused(trial, token, chance(2));
      case 3:
        return ended(trial, token, static_cast<Cause>(rng_.below(8)));
      case 4:
        return Grown{to_json(Parameter{.name = fmt::format("p{}", rng_.below(4)),
                                       .domain = FloatDomain{0, 1}})
                         .dump()};
      case 5:
        return chance(2) ? Payload(Assigned{trial, token, configuration(lr())})
                         : Payload(any_inherited());
      case 6:
        if (chance(3)) return Capped{static_cast<std::int64_t>(chance(8) ? 0 : rng_.below(30))};
        if (chance(3)) return Fitted{chance(8) ? "no JSON" : R"({"by":"gp"})"};
        return Extended{chance(5) ? -1.0 : 10.0, fmt::format("key {}", rng_.below(4))};
      case 7:
        return Requested{static_cast<Wish>(rng_.below(3)), fmt::format("key {}", rng_.below(4))};
      case 8:
        return chance(2) ? Payload(Planned{rng_.below(2), "{}"})
                         : Payload(StudyEnded{rng_.below(2), {.by = "planner"}});
      case 9:
        if (chance(3)) return CheckpointRemoved{trial, {.by = "planner"}};
        return chance(2) ? Payload(Noted{trial, "text", fmt::format("key {}", rng_.below(4))})
                         : Payload(LengthLearnt{chance(4) ? 0.0 : 50.0, "seen"});
      case 10:
      case 11:
      case 12:
      case 13:
        return any_suggested(state);
      case 14:
      case 15:
      case 16:
      case 17:
        return any_started(state, trial);
      default:
        return any_reported(state, trial, token);
    }
  }

  Suggested any_suggested(const StudyState& state) {
    Suggested made =
        suggested(static_cast<TrialId>(state.trials().size() + 1 - rng_.below(2)), lr());
    made.unique = !chance(4);
    made.request = fmt::format("request {}", rng_.below(1000));
    made.epoch = chance(8) ? 1 : 0;
    return made;
  }

  Inherited any_inherited() {
    return {.trial = static_cast<TrialId>(rng_.below(9)),
            .configuration = configuration(lr()),
            .cause = static_cast<Cause>(rng_.below(7)),
            .curve = {{1, rng_.uniform()}, {chance(4) ? 1.0 : 2.0, rng_.uniform()}},
            .epoch = rng_.below(2)};
  }

  Started any_started(const StudyState& state, TrialId trial) {
    const TrialRecord* record = state.find(trial);
    Started made = started(trial, record == nullptr ? 0 : record->version,
                           state.last_token() + (chance(10) ? 0 : 1 + rng_.below(3)));
    if (chance(10)) ++made.version;
    made.thawed = record != nullptr && record->held && chance(2);
    made.until_step = static_cast<double>(rng_.below(4));
    return made;
  }

  Reported any_reported(const StudyState& state, TrialId trial, Token token) {
    using Limits = std::numeric_limits<double>;
    constexpr std::array<double, 4> kOdd = {Limits::quiet_NaN(), Limits::infinity(),
                                            -Limits::infinity(), 0};
    Reported made = reported(trial, token, ++sequence_, static_cast<double>(rng_.below(6)),
                             chance(8) ? kOdd[rng_.below(4)] : rng_.uniform());
    if (chance(10)) made.sequence = static_cast<std::uint32_t>(rng_.below(3));
    if (chance(4)) made.metric = static_cast<MetricId>(rng_.below(state.metric_names().size() + 1));
    return made;
  }

  /// Mostly one of the last few, so that trials get somewhere.
  TrialId any_trial(const StudyState& state) {
    const std::uint64_t count = state.trials().size();
    if (chance(20)) return static_cast<TrialId>(rng_.below(count + 2));
    return static_cast<TrialId>(count - rng_.below(std::min<std::uint64_t>(count, 4) + 1));
  }

  double lr() { return 0.1 * static_cast<double>(1 + rng_.below(9)); }
  bool chance(std::uint64_t one_in) { return rng_.below(one_in) == 0; }

  Rng rng_;
  std::uint32_t sequence_ = 0;
};

}  // namespace hpopt::testing
