#include "study/guards.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/json.h"
#include "space/space_json.h"
#include "spec/study_spec.h"
#include "study/configuration_key.h"

namespace hpopt {
namespace {

/// The rows as the facts admitted so far leave them.
class HeadRows {
 public:
  explicit HeadRows(HeadSource& source) : source_(source) {}

  Status load() {
    auto control = source_.control();
    if (!control) return control.error();
    changes.control = *control;
    return success();
  }

  /// nullptr: there is no such trial.
  Result<TrialHead*> trial(TrialId id) {
    const auto known = changes.trials.find(id);
    if (known != changes.trials.end()) return &known->second;
    if (id == 0 || id > changes.control.trials) return nullptr;
    auto stored = source_.trial(id);
    if (!stored) return stored.error();
    if (!*stored) return nullptr;
    return &changes.trials.emplace(id, **stored).first->second;
  }

  /// false: it is there already.
  Result<bool> add_key(KeyKind kind, const std::string& text) {
    Key key{kind, text};
    if (changes.keys.contains(key)) return false;
    auto stored = source_.has_key(key);
    if (!stored || *stored) return stored ? Result<bool>(false) : stored;
    changes.keys.insert(std::move(key));
    return true;
  }

  Result<TrialId> owner(std::uint64_t configuration) {
    const auto known = changes.configurations.find(configuration);
    if (known != changes.configurations.end()) return known->second;
    return source_.owner(configuration);
  }

  Result<Epoch> decider() { return source_.decider(); }

  HeadChanges changes;

 private:
  HeadSource& source_;
};

enum class Verdict : std::uint8_t { kAppend, kThere };

Error conflict(std::string_view guard, const std::string& why) {
  return {Code::kConflict, fmt::format("{}: {}", guard, why), {}, "read on and decide anew"};
}

std::string_view in_words(Standing standing) {
  switch (standing) {
    case Standing::kWaiting:
      return "waits";
    case Standing::kRunning:
      return "is running";
    case Standing::kPaused:
      return "is paused";
    case Standing::kHeld:
      return "is paused, its processes frozen";
    case Standing::kFinished:
      break;
  }
  return "has ended";
}

bool is_curve(const std::vector<std::pair<double, double>>& curve) {
  double last = -std::numeric_limits<double>::infinity();
  for (const auto& [step, value] : curve) {
    if (!std::isfinite(step) || !std::isfinite(value) || step <= last) return false;
    last = step;
  }
  return true;
}

/// The table of guards: one function a kind of fact.
struct Guard {
  HeadRows& rows;
  const Stamp& stamp;
  ControlHead& control = rows.changes.control;

  Result<Verdict> operator()(const Created& created) const {
    if (control.revision > 0) return conflict("created", "the study has its first fact already");
    auto json = parse_json(created.spec, "specification");
    if (!json) return json.error();
    auto spec = spec_from_json(*json);
    if (!spec) return spec.error();
    control.run_cap = spec->run_cap;
    control.metrics = static_cast<MetricId>(spec->objectives.size());
    for (const Objective& objective : spec->objectives) {
      rows.changes.keys.emplace(KeyKind::kMetric, objective.name);
    }
    for (const Parameter& parameter : spec->space.parameters()) {
      rows.changes.keys.emplace(KeyKind::kParameter, parameter.name);
    }
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const SessionOpened&) const {
    if (stamp.session != control.sessions + 1) {
      return conflict("session", fmt::format("the next number is {}", control.sessions + 1));
    }
    control.sessions = stamp.session;
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const SessionClosed&) const { return Verdict::kAppend; }

  Result<Verdict> operator()(const Suggested& suggested) const {
    if (auto held = check_decider_if_named(suggested.epoch); !held) return held.error();
    if (suggested.trial != control.trials + 1) {
      return conflict("next trial", fmt::format("the next number is {}", control.trials + 1));
    }
    if (control.run_cap && control.trials - control.cancelled >= *control.run_cap) {
      return conflict("run cap", fmt::format("all {} trials are there", *control.run_cap));
    }
    const std::uint64_t key = configuration_key(suggested.configuration);
    auto owner = rows.owner(key);
    if (!owner) return owner.error();
    if (suggested.unique && *owner != 0) {
      return conflict("configuration", fmt::format("trial {} has it already", *owner));
    }
    auto fresh = rows.add_key(KeyKind::kRequest, suggested.request);
    if (!fresh) return fresh.error();
    if (!*fresh) return conflict("request", "it was answered already");
    if (*owner == 0) rows.changes.configurations[key] = suggested.trial;
    rows.changes.trials[suggested.trial] = {.trial = suggested.trial, .configuration = key};
    ++control.trials;
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const Started& started) const {
    if (auto held = check_decider_if_named(started.epoch); !held) return held.error();
    auto trial = known(started.trial);
    if (!trial) return trial.error();
    TrialHead& head = **trial;
    if (head.standing == Standing::kFinished || head.standing == Standing::kRunning ||
        head.version != started.version) {
      return conflict("version",
                      fmt::format("trial {} {} at version {}, not {}", head.trial,
                                  in_words(head.standing), head.version, started.version));
    }
    if (started.token <= control.token) {
      return conflict("token", fmt::format("token {} was issued already", started.token));
    }
    if (started.thawed && head.standing != Standing::kHeld) {
      return conflict("held", fmt::format("trial {} is not frozen", head.trial));
    }
    control.token = started.token;
    control.ended = false;
    head.token = started.token;
    head.sequence = 0;
    move_to(head, Standing::kRunning);
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const Reported& reported) const {
    auto trial = fenced(reported.trial, reported.token);
    if (!trial) return trial.error();
    TrialHead& head = **trial;
    if (head.standing != Standing::kRunning) return not_running(head);
    if (reported.sequence == 0) return invalid("reports are numbered from 1");
    if (reported.metric >= control.metrics) return invalid("the metric of a report has no name");
    if (!std::isfinite(reported.step))
      return invalid("the step of a report must be a finite number");
    if (reported.sequence <= head.sequence) return Verdict::kThere;
    head.sequence = reported.sequence;
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const MetricNamed& named) const {
    if (named.metric != control.metrics) {
      return conflict("metric", fmt::format("the next number is {}", control.metrics));
    }
    auto fresh = rows.add_key(KeyKind::kMetric, named.name);
    if (!fresh) return fresh.error();
    if (!*fresh) return conflict("metric", fmt::format("'{}' has a number already", named.name));
    if (control.metrics >= kMostMetrics) return conflict("metric", "the study has enough of them");
    ++control.metrics;
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const Paused& paused) const {
    auto trial = fenced(paused.trial, paused.token);
    if (!trial) return trial.error();
    TrialHead& head = **trial;
    const bool evicted = head.standing == Standing::kHeld && !paused.held;
    if (head.standing != Standing::kRunning && !evicted) return not_running(head);
    move_to(head, paused.held ? Standing::kHeld : Standing::kPaused);
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const Ended& ended) const {
    auto trial = fenced(ended.trial, ended.token);
    if (!trial) return trial.error();
    if (ended.cause < Cause::kComplete || ended.cause > Cause::kCancelled) {
      return invalid("a trial must end for a known cause");
    }
    move_to(**trial, Standing::kFinished);
    if (ended.cause != Cause::kCancelled) return Verdict::kAppend;
    ++control.cancelled;
    return give_back_configuration(**trial);
  }

  Result<Verdict> operator()(const Grown& grown) const {
    auto json = parse_json(grown.parameter, "parameter");
    if (!json) return json.error();
    auto parameter = parameter_from_json(*json);
    if (!parameter) return parameter.error();
    // The heads hold no domains, so whether a parent can take a value could not be checked.
    if (!parameter->when.empty()) return invalid("a parameter that is added has no conditions");
    if (Status valid = Space().add(*parameter); !valid) return valid.error();
    return unless_there(KeyKind::kParameter, parameter->name);
  }

  Result<Verdict> operator()(const Assigned& assigned) const {
    auto trial = fenced(assigned.trial, assigned.token);
    if (!trial) return trial.error();
    if (auto given = give_back_configuration(**trial); !given) return given;
    const std::uint64_t key = configuration_key(assigned.configuration);
    auto owner = rows.owner(key);
    if (!owner) return owner.error();
    if (*owner == 0) rows.changes.configurations[key] = assigned.trial;
    (*trial)->configuration = key;
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const Extended& extended) const {
    if (!(extended.seconds > 0) || !std::isfinite(extended.seconds)) {
      return invalid("a study is extended by a positive number of seconds");
    }
    auto verdict = unless_there(KeyKind::kExtension, extended.key);
    if (verdict && *verdict == Verdict::kAppend) control.ended = false;
    return verdict;
  }

  Result<Verdict> operator()(const Requested& requested) const {
    if (requested.wish != Wish::kStop && requested.wish != Wish::kPause) {
      return invalid("the wish of a request is not known");
    }
    return unless_there(KeyKind::kWish, requested.key);
  }

  Result<Verdict> operator()(const Planned& planned) const {
    if (auto held = check_decider(planned.epoch); !held) return held.error();
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const StudyEnded& ended) const {
    if (auto held = check_decider(ended.epoch); !held) return held.error();
    if (control.ended) return Verdict::kThere;
    control.ended = true;
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const Noted& noted) const {
    if (noted.trial > control.trials) return invalid("a note names a trial that there isn't");
    return unless_there(KeyKind::kNote, noted.key);
  }

  Result<Verdict> operator()(const LengthLearnt& learnt) const {
    if (!(learnt.steps > 0) || !std::isfinite(learnt.steps)) {
      return invalid("the length of a training is a positive number of steps");
    }
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const CheckpointRemoved& removed) const {
    auto trial = known(removed.trial);
    if (!trial) return trial.error();
    const TrialHead& head = **trial;
    const bool alive = head.standing == Standing::kRunning || head.standing == Standing::kHeld;
    if (alive) return conflict("idle", fmt::format("trial {} has a process", head.trial));
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const Inherited& inherited) const {
    if (auto held = check_decider(inherited.epoch); !held) return held.error();
    if (control.trials > 0) return conflict("no trial", "the study has trials already");
    if (inherited.cause != Cause::kComplete && inherited.cause != Cause::kStopped &&
        inherited.cause != Cause::kDiverged) {
      return invalid("what is inherited is complete, stopped or diverged");
    }
    if (!is_curve(inherited.curve)) return invalid("a curve has ascending steps and finite values");
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const Moved& moved) const {
    if (!moved.directory.starts_with('/')) return invalid("a study moves to an absolute path");
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const Capped& capped) const {
    if (capped.trials < 1) return invalid("a study has at least one trial");
    if (control.run_cap == capped.trials) return Verdict::kThere;
    if (control.run_cap && capped.trials > *control.run_cap) control.ended = false;
    control.run_cap = capped.trials;
    return Verdict::kAppend;
  }

  Result<Verdict> operator()(const Fitted& fitted) const {
    if (!Json::accept(fitted.model)) return invalid("a model is JSON");
    return Verdict::kAppend;
  }

  /// A fact about an unopened session or a study that isn't there could not be folded.
  [[nodiscard]] Status check_place(const Payload& payload) const {
    const bool begins = std::holds_alternative<Created>(payload);
    if (!begins && control.revision == 0) return conflict("created", "the study is not there yet");
    const bool opens = std::holds_alternative<SessionOpened>(payload);
    if (!opens && stamp.session > control.sessions) {
      return invalid(fmt::format("session {} was not opened", stamp.session));
    }
    return success();
  }

 private:
  [[nodiscard]] Status check_decider(Epoch epoch) const {
    auto held = rows.decider();
    if (!held) return held.error();
    if (*held == epoch) return success();
    return conflict("epoch", fmt::format("the decider's epoch is {}, not {}", *held, epoch));
  }

  /// What is decided where it is asked needs no lease, and names no epoch.
  [[nodiscard]] Status check_decider_if_named(Epoch epoch) const {
    return epoch == 0 ? success() : check_decider(epoch);
  }

  [[nodiscard]] Result<TrialHead*> known(TrialId id) const {
    auto trial = rows.trial(id);
    if (trial && *trial == nullptr) return invalid(fmt::format("there is no trial {}", id));
    return trial;
  }

  [[nodiscard]] Result<TrialHead*> fenced(TrialId id, Token token) const {
    auto trial = known(id);
    if (!trial) return trial;
    const TrialHead& head = **trial;
    if (head.standing == Standing::kFinished) return not_running(head);
    if (head.token == token) return trial;
    return conflict("fence",
                    fmt::format("trial {} runs under token {}, not {}", id, head.token, token));
  }

  [[nodiscard]] static Error not_running(const TrialHead& head) {
    return conflict("fence", fmt::format("trial {} {}", head.trial, in_words(head.standing)));
  }

  static void move_to(TrialHead& head, Standing standing) {
    head.standing = standing;
    ++head.version;
  }

  [[nodiscard]] Result<Verdict> unless_there(KeyKind kind, const std::string& key) const {
    auto fresh = rows.add_key(kind, key);
    if (!fresh) return fresh.error();
    return *fresh ? Verdict::kAppend : Verdict::kThere;
  }

  /// The configuration may be suggested again, unless an earlier trial has it too.
  [[nodiscard]] Result<Verdict> give_back_configuration(const TrialHead& head) const {
    auto owner = rows.owner(head.configuration);
    if (!owner) return owner.error();
    if (*owner == head.trial) rows.changes.configurations[head.configuration] = 0;
    return Verdict::kAppend;
  }
};

Status admit_each(std::span<Fact> facts, HeadRows& rows) {
  for (Fact& fact : facts) {
    const Guard guard{rows, fact.stamp};
    if (Status fits = guard.check_place(fact.payload); !fits) return fits;
    const Result<Verdict> verdict = std::visit(guard, fact.payload);
    if (!verdict) return verdict.error();
    if (*verdict == Verdict::kAppend) fact.stamp.revision = ++rows.changes.control.revision;
  }
  return success();
}

}  // namespace

Result<HeadChanges> admit(std::span<Fact> facts, HeadSource& source) {
  for (Fact& fact : facts) fact.stamp.revision = 0;
  HeadRows rows(source);
  if (Status loaded = rows.load(); !loaded) return loaded.error();
  if (Status admitted = admit_each(facts, rows); !admitted) {
    for (Fact& fact : facts) fact.stamp.revision = 0;
    return admitted.error();
  }
  return std::move(rows.changes);
}

Result<Lease> take_lease(std::string_view role, const Lease& now, const Lease& seen,
                         std::string_view holder) {
  if (now.holder != seen.holder || now.epoch != seen.epoch || now.beat != seen.beat) {
    return conflict("lease", fmt::format("the {}'s lease has changed", role));
  }
  return Lease{std::string(holder), now.epoch + 1, 0};
}

Status check_lease(std::string_view role, const Lease& now, Epoch epoch) {
  if (now.epoch == epoch && !now.holder.empty()) return success();
  return conflict("lease", fmt::format("the {}'s lease is not held under epoch {}", role, epoch));
}

}  // namespace hpopt
