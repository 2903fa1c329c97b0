#include "interop/import_writer.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/version.h"
#include "study/fold.h"
#include "study/lease_keeper.h"

namespace hpopt {
namespace {

constexpr std::size_t kTrialsAtOnce = 1000;
/// Of the last fact of an import.
constexpr const char* kWholeKey = "import";

using Curve = std::vector<std::pair<double, double>>;

std::optional<double> best_of(const Curve& curve, bool maximize) {
  std::optional<double> best;
  for (const auto& [step, value] : curve) {
    if (!is_score(value)) continue;
    if (!best || (maximize ? value > *best : value < *best)) best = value;
  }
  return best;
}

/// Whether each complete trial came to the best value of its curve.
bool best_explains_all(const ImportedStudy& study) {
  return std::all_of(study.trials.begin(), study.trials.end(), [&](const ImportedTrial& trial) {
    const bool told = trial.state == TrialState::kComplete && trial.value && !trial.curve.empty();
    return !told || best_of(trial.curve, study.objective.maximize) == trial.value;
  });
}

/// The curve, and the result behind it where the curve does not hold it.
Curve reports_of(const ImportedTrial& trial, Over over) {
  Curve curve = trial.curve;
  if (!trial.value) return curve;
  if (curve.empty()) return {{1, *trial.value}};
  const bool known = over == Over::kBest || trial.state != TrialState::kComplete ||
                     curve.back().second == *trial.value;
  if (!known) curve.emplace_back(curve.back().first + 1, *trial.value);
  return curve;
}

/// Complete means with a score: some tools keep what came to infinity.
TrialState came_to(const ImportedTrial& trial, const Curve& reports) {
  if (trial.state != TrialState::kComplete) return trial.state;
  if (reports.empty()) return TrialState::kFailed;
  return is_score(reports.back().second) ? TrialState::kComplete : TrialState::kDiverged;
}

/// None: it may go on.
std::optional<Cause> cause_of(TrialState state) {
  switch (state) {
    case TrialState::kComplete:
      return Cause::kComplete;
    case TrialState::kStopped:
      return Cause::kStopped;
    case TrialState::kFailed:
      return Cause::kFailed;
    case TrialState::kOutOfMemory:
      return Cause::kOutOfMemory;
    case TrialState::kDiverged:
      return Cause::kDiverged;
    default:
      return std::nullopt;
  }
}

/// What no exit code is known of did not exit with 0.
int exit_code_of(const ImportedTrial& trial, TrialState state) {
  if (trial.exit_code) return *trial.exit_code;
  return state == TrialState::kFailed || state == TrialState::kOutOfMemory ? 1 : 0;
}

double elapsed_of(const ImportedTrial& trial) {
  if (trial.elapsed > 0) return trial.elapsed;
  const bool known = trial.started_utc_ms > 0 && trial.ended_utc_ms > trial.started_utc_ms;
  return known ? static_cast<double>(trial.ended_utc_ms - trial.started_utc_ms) / 1000 : 0;
}

class ImportWriter {
 public:
  ImportWriter(Journal& journal, const ImportedStudy& study, const Clock& clock)
      : journal_(journal), study_(study), clock_(clock) {}

  Result<StudyState> write() {
    if (auto folded = fold(journal_, state_); !folded) return folded.error();
    if (is_whole()) return std::move(state_);
    const auto lease = HeldLease::take(journal_, kRunner);
    if (!lease && lease.error().code == Code::kBusy) return busy(lease.error());
    if (!lease) return lease.error();
    // Another process may have written it until we had the lease.
    if (auto folded = fold(journal_, state_); !folded) return folded.error();
    if (is_whole()) return std::move(state_);
    for (const auto part : {&ImportWriter::open_session, &ImportWriter::name_metrics,
                            &ImportWriter::add_trials, &ImportWriter::close_session}) {
      if (Status done = (this->*part)(); !done) return done.error();
    }
    return std::move(state_);
  }

 private:
  [[nodiscard]] bool is_whole() const {
    return std::any_of(state_.notes().begin(), state_.notes().end(),
                       [](const Noted& note) { return note.key == kWholeKey; });
  }

  [[nodiscard]] Error busy(const Error& held) const {
    return {Code::kBusy,
            fmt::format("another process imports '{}' right now: {}", study_.name, held.what),
            {},
            held.mend};
  }

  void add(Payload payload, std::int64_t utc_ms) {
    facts_.push_back(
        {{.revision = 0, .session = session_, .monotonic = clock_.monotonic(), .utc_ms = utc_ms},
         std::move(payload)});
  }
  void add_now(Payload payload) { add(std::move(payload), clock_.utc_ms()); }

  Status append() {
    if (facts_.empty()) return success();
    auto appended = journal_.append(facts_, Durability::kSynced);
    if (!appended) return appended.error();
    facts_.clear();
    auto folded = fold(journal_, state_);
    return folded ? success() : folded.error();
  }

  Status open_session() {
    session_ = state_.sessions() + 1;
    add_now(SessionOpened{
        .host = {}, .pid = getpid(), .version = std::string(kVersion), .containment = "import"});
    return append();
  }

  Status name_metrics() {
    std::set<std::string> names;
    for (const ImportedTrial& trial : study_.trials) {
      for (const auto& [name, value] : trial.numbers) names.insert(name);
    }
    std::size_t next = state_.metric_names().size();
    for (const std::string& name : names) {
      if (state_.metric_id(name) || next >= kMostMetrics) continue;
      add_now(MetricNamed{static_cast<MetricId>(next++), name});
    }
    return append();
  }

  Status add_trials() {
    std::size_t to_skip = state_.trials().size();
    token_ = state_.last_token();
    next_ = static_cast<TrialId>(to_skip + 1);
    std::size_t waiting = 0;
    for (const ImportedTrial& trial : study_.trials) {
      if (!is_imported(trial)) continue;
      if (to_skip > 0) {
        --to_skip;
        continue;
      }
      add_trial(trial);
      if (++waiting % kTrialsAtOnce != 0) continue;
      if (Status appended = append(); !appended) return appended;
    }
    return append();
  }

  void add_trial(const ImportedTrial& trial) {
    const Curve reports = reports_of(trial, state_.spec().objectives.front().over);
    const TrialId id = next_++;
    const Decision origin{
        .by = "import",
        .reason = fmt::format("trial {} of {}, {}", trial.label, study_.name, study_.origin)};
    add(Suggested{.trial = id,
                  .configuration = trial.configuration,
                  .unique = false,
                  .request = fmt::format("import {}", id),
                  .decision = origin},
        trial.started_utc_ms);
    add(Started{.trial = id, .version = 0, .token = ++token_, .worker = 1, .decision = origin},
        trial.started_utc_ms);
    add_reports(id, trial, reports);
    add_end(id, trial, came_to(trial, reports));
  }

  void add_reports(TrialId id, const ImportedTrial& trial, const Curve& reports) {
    Reported said{.trial = id, .token = token_};
    for (const auto& [step, value] : reports) {
      ++said.sequence;
      said.step = step;
      said.value = value;
      add(said, trial.ended_utc_ms);
    }
    for (const auto& [name, value] : trial.numbers) {
      const auto metric = state_.metric_id(name);
      if (!metric || *metric == 0) continue;
      ++said.sequence;
      said.metric = *metric;
      said.value = value;
      add(said, trial.ended_utc_ms);
    }
  }

  void add_end(TrialId id, const ImportedTrial& trial, TrialState state) {
    const std::optional<Cause> cause = cause_of(state);
    const Decision decision{.by = "import", .reason = reason_of(trial, state)};
    if (cause) {
      add(Ended{.trial = id,
                .token = token_,
                .cause = *cause,
                .exit_code = exit_code_of(trial, state),
                .elapsed = elapsed_of(trial),
                .message = {},
                .decision = decision},
          trial.ended_utc_ms);
    } else {
      add(Paused{.trial = id,
                 .token = token_,
                 .held = false,
                 .elapsed = elapsed_of(trial),
                 .decision = decision},
          trial.ended_utc_ms);
    }
  }

  [[nodiscard]] std::string reason_of(const ImportedTrial& trial, TrialState state) const {
    if (!trial.reason.empty()) return trial.reason;
    if (state == TrialState::kPaused) return fmt::format("it had not ended in {}", study_.origin);
    return fmt::format("{} in {}", name(state), study_.origin);
  }

  Status close_session() {
    double longest = 0;
    for (const TrialRecord& trial : state_.trials()) {
      if (trial.state == TrialState::kComplete) longest = std::max(longest, trial.last_step());
    }
    if (longest > 1) add_now(LengthLearnt{longest, "imported trials came so far"});
    add_now(Noted{
        .trial = 0, .text = fmt::format("imported from {}", study_.origin), .key = kWholeKey});
    add_now(SessionClosed{"imported"});
    return append();
  }

  Journal& journal_;
  const ImportedStudy& study_;
  const Clock& clock_;
  StudyState state_;
  SessionId session_ = 0;
  Token token_ = 0;
  TrialId next_ = 1;
  std::vector<Fact> facts_;
};

}  // namespace

StudySpec spec_of(const ImportedStudy& study) {
  StudySpec spec;
  spec.name = study.name;
  spec.objectives = {study.objective};
  spec.objectives.front().over = best_explains_all(study) ? Over::kBest : Over::kLast;
  spec.space = study.space;
  return spec;
}

std::string digest_of(const ImportedStudy& study) {
  std::string text = to_json(spec_of(study)).dump();
  for (const ImportedTrial& trial : study.trials) {
    text += fmt::format("\n{} {} {} {} {} {}", trial.label, name(trial.state),
                        trial.configuration.json(), trial.value ? shortest(*trial.value) : "",
                        trial.started_utc_ms, trial.ended_utc_ms);
    for (const auto& [step, value] : trial.curve) {
      text += fmt::format(" {}:{}", shortest(step), shortest(value));
    }
    for (const auto& [name, value] : trial.numbers) {
      text += fmt::format(" {}={}", name, shortest(value));
    }
  }
  return sha256(text);
}

Result<StudyState> write_import(Journal& journal, const ImportedStudy& study, const Clock& clock) {
  return ImportWriter(journal, study, clock).write();
}

}  // namespace hpopt
