// StudyState: what the facts amount to. A pure, incremental fold: N new facts cost O(N).
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/memory_kind.h"
#include "hpopt/result.h"
#include "spec/study_spec.h"
#include "study/fact.h"
#include "study/memory_bounds.h"

namespace hpopt {

enum class TrialState : std::uint8_t {
  kWaiting,  ///< Suggested, not yet started.
  kRunning,
  kPaused,
  kComplete,
  kStopped,
  kFailed,
  kOutOfMemory,
  kDiverged,
  kCancelled,
};
[[nodiscard]] std::string_view name(TrialState state);
[[nodiscard]] bool is_finished(TrialState state);
/// Failed, out of memory or diverged.
[[nodiscard]] bool is_failure(TrialState state);

/// One step of the first objective.
struct Report {
  double step = 0;
  double value = 0;
  double elapsed = 0;  ///< Seconds the trial had run in all.
};

/// A number under another name.
struct MetricReading {
  MetricId metric = 0;
  double step = 0;
  double value = 0;
};

/// Whether a number can be a score: finite, and not so large that only an overflow explains it.
[[nodiscard]] bool is_score(double value);

struct TrialRecord {
  TrialId id = 0;
  Configuration configuration;
  TrialState state = TrialState::kWaiting;
  std::uint64_t version = 0;  ///< Grows with every Started, Paused, Ended.
  Token token = 0;            ///< Of the current or last run.
  int worker = 0;
  SessionId session = 0;        ///< Of the last run.
  int runs = 0;                 ///< Times a process was started for it (thaws not counted).
  bool held = false;            ///< Paused with its processes frozen, in `session`.
  bool starts_anew = false;     ///< Its checkpoint was removed since its last run.
  double until_step = 0;        ///< Of the last run; 0: to its end.
  double elapsed = 0;           ///< Seconds that it ran in all.
  std::vector<Report> reports;  ///< Ascending steps; a repeated step keeps the last value.
  std::vector<MetricReading>
      readings;  ///< Other metrics and further objectives, in order of arrival.
  Decision suggested;
  std::vector<Decision> decisions;  ///< Of each Started, Paused, Ended, in order.
  int exit_code = 0;
  Memory memory = Memory::kEnough;  ///< Short when it ended.
  std::string message;
  std::string record;               ///< JSON of the last start.
  std::int64_t started_utc_ms = 0;  ///< First start; 0: never.
  std::int64_t ended_utc_ms = 0;    ///< Last pause or end; 0: never.

  [[nodiscard]] double last_step() const { return reports.empty() ? 0 : reports.back().step; }
};

struct TrialCounts {
  int waiting = 0, running = 0, paused = 0, complete = 0, stopped = 0, failed = 0,
      out_of_memory = 0, diverged = 0, cancelled = 0;
  friend bool operator==(const TrialCounts&, const TrialCounts&) = default;
};

class StudyState {
 public:
  /// Errors (kStorage): a fact that doesn't fit what came before it; the state is then unchanged.
  Status apply(const Fact& fact);
  Status apply(Fact&& fact);

  [[nodiscard]] Revision revision() const { return revision_; }
  [[nodiscard]] bool created() const { return revision_ > 0; }
  [[nodiscard]] const StudySpec& spec() const { return spec_; }
  [[nodiscard]] const Space& space() const { return spec_.space; }  ///< Grows by define-by-run.
  /// Whether the study was made with its space; else its trials show it (define-by-run), and one
  /// configuration of what is known may be several.
  [[nodiscard]] bool declares_space() const { return declares_space_; }
  /// The first fact; its directory is the one where the study runs now (see Moved).
  [[nodiscard]] const Created& origin() const { return origin_; }
  /// What a sampler fitted last (Fitted); empty: nothing yet.
  [[nodiscard]] const std::string& model() const { return model_; }
  [[nodiscard]] std::int64_t created_utc_ms() const { return created_utc_ms_; }

  [[nodiscard]] const std::vector<TrialRecord>& trials() const { return trials_; }  ///< By id - 1.
  [[nodiscard]] const TrialRecord* find(TrialId id) const;
  [[nodiscard]] const TrialCounts& counts() const { return counts_; }
  /// Ids of trials that are waiting, running or paused: small, kept up to date.
  [[nodiscard]] const std::vector<TrialId>& open_trials() const { return open_; }
  /// Ids in the order in which they changed (a report or a change of state): consumers that keep an
  /// index remember how far they read. An id may come again.
  [[nodiscard]] const std::vector<TrialId>& changes() const { return changes_; }

  /// In the objective's own units; best over steps or last, as the objective says; none without a
  /// finite report. A diverged or failed trial keeps the score it had before.
  [[nodiscard]] std::optional<double> score(const TrialRecord& trial) const;
  [[nodiscard]] bool better(double a, double b) const;  ///< By the first objective's goal.
  /// The trial with the best score; 0: none yet. One that failed counts only where no other has a
  /// score, cancelled ones never. O(1).
  [[nodiscard]] TrialId best() const { return best_; }
  /// What it knows of an earlier study: trials under their numbers there, none of this study.
  [[nodiscard]] const std::vector<TrialRecord>& inherited() const { return inherited_; }
  /// Its score; none: no trial has one yet. O(1), unlike score().
  [[nodiscard]] std::optional<double> best_score() const;

  [[nodiscard]] const std::vector<std::string>& metric_names() const { return metric_names_; }
  [[nodiscard]] std::optional<MetricId> metric_id(std::string_view name) const;
  /// Of the last LengthLearnt; 0: none. Most callers want full_length() of study/full_length.h.
  [[nodiscard]] double learnt_length() const { return learnt_length_; }
  [[nodiscard]] double extended_seconds() const { return extended_; }
  [[nodiscard]] int extensions() const { return extensions_; }
  /// Of the last extension; empty: none.
  [[nodiscard]] const std::string& extension_key() const { return extension_key_; }
  /// spec.time + extensions; none: no budget.
  [[nodiscard]] std::optional<double> budget_seconds() const;
  [[nodiscard]] bool ended() const { return ended_.has_value(); }
  [[nodiscard]] const std::optional<Decision>& ending() const { return ended_; }
  /// A stop or pause that was requested after the last session opened.
  [[nodiscard]] std::optional<Wish> wish() const { return wish_; }
  [[nodiscard]] const std::string& plan() const { return plan_; }  ///< JSON, or empty.
  [[nodiscard]] const std::vector<Noted>& notes() const { return notes_; }
  [[nodiscard]] SessionId sessions() const { return sessions_; }
  /// As SessionOpened has it. REQUIRES: 1 <= session <= sessions().
  [[nodiscard]] const std::string& session_holder(SessionId session) const {
    return session_holders_[session - 1];
  }
  [[nodiscard]] Token last_token() const { return last_token_; }
  /// Whether a trial has this configuration; cancelled trials don't count.
  [[nodiscard]] bool tried(const Configuration& configuration) const;
  [[nodiscard]] const MemoryBounds& memory_bounds() const { return memory_bounds_; }
  /// Trials that ran out of memory, in the order in which they did.
  [[nodiscard]] const std::vector<TrialId>& memory_failures() const { return memory_failures_; }

  // What guards ask (guards.h).
  /// Of the last report of the trial's run. REQUIRES: it is there; so below.
  [[nodiscard]] std::uint32_t last_sequence(TrialId id) const { return tallies_[id - 1].sequence; }
  /// configuration_key() of its configuration.
  [[nodiscard]] std::uint64_t key_of(TrialId id) const { return tallies_[id - 1].key; }
  /// The first trial with the configuration of that key; 0: none.
  [[nodiscard]] TrialId owner(std::uint64_t key) const;

 private:
  struct Apply;
  /// What the fold knows of a trial besides its record.
  struct Tally {
    double score = std::numeric_limits<double>::quiet_NaN();  ///< NaN: none.
    std::uint64_t key = 0;                                    ///< Of its configuration.
    std::uint32_t sequence = 0;                               ///< Of the last report of its run.
  };
  [[nodiscard]] Over over() const;
  [[nodiscard]] bool beats(TrialId challenger, TrialId holder) const;
  void set_score(TrialId id, double score);
  void find_best();

  Revision revision_ = 0;
  Created origin_;
  std::string model_;
  StudySpec spec_;
  bool declares_space_ = false;
  std::int64_t created_utc_ms_ = 0;
  std::vector<TrialRecord> trials_;
  std::vector<Tally> tallies_;  ///< By id - 1.
  TrialCounts counts_;
  std::vector<TrialId> open_;
  std::vector<TrialId> changes_;
  TrialId best_ = 0;
  std::vector<std::string> metric_names_;
  std::vector<TrialRecord> inherited_;
  double extended_ = 0;
  int extensions_ = 0;
  std::string extension_key_;
  double learnt_length_ = 0;
  std::optional<Decision> ended_;
  std::optional<Wish> wish_;
  std::string plan_;
  std::vector<Noted> notes_;
  SessionId sessions_ = 0;
  std::vector<std::string> session_holders_;  ///< By session - 1.
  Token last_token_ = 0;
  MemoryBounds memory_bounds_;
  std::vector<TrialId> memory_failures_;
  std::unordered_map<std::uint64_t, TrialId> tried_;  ///< Configuration key to its first trial.
};

}  // namespace hpopt
