// StudySpec: all that a user asks for: what runs, what may vary, what is measured, how long.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "hpopt/result.h"
#include "hpopt/space.h"

namespace hpopt {

enum class Over : std::uint8_t { kBest, kLast };

struct Objective {
  std::string name = {};
  bool maximize = true;
  Over over = Over::kBest;            ///< A trial's score: its best report, or its last.
  std::optional<double> target = {};  ///< Reaching it ends the study.
  std::string source = {};            ///< A JSONL or CSV file the trial writes; empty: its output.
  std::string regex = {};             ///< One group, the value; empty: the known formats.
  friend bool operator==(const Objective&, const Objective&) = default;
};

/// What a trial may be given less of.
struct Fidelity {
  std::string name = {};
  double low = 1;
  double high = 1;
  bool cut = true;  ///< true: full length given, cut at a step; false: the shortened value given.
  bool integer = true;
  double step = 0;
  friend bool operator==(const Fidelity&, const Fidelity&) = default;
};

struct Resources {
  int cpus = 1;
  int gpus = 0;
  std::int64_t memory_bytes = 0;  ///< 0: not bounded.
  friend bool operator==(const Resources&, const Resources&) = default;
};

enum class Method : std::uint8_t { kAuto, kGrid, kRandom, kBayes, kTpe, kGp, kCmaes };
/// Persisted, too: add to the end, never rename.
inline constexpr std::array kMethodNames{"auto", "grid", "random", "bayes", "tpe", "gp", "cmaes"};
enum class EarlyStop : std::uint8_t { kAuto, kNone, kHyperband, kMedian };

/// How the command treats arguments: W&B's ${args}, ${args_no_hyphens}, ${args_json}, ...
/// stay in `command` as placeholders and are expanded when a trial is rendered.
struct StudySpec {
  std::string name = {};
  std::vector<std::string> command =
      {};  ///< argv with placeholders; empty: an in-process objective.
  std::vector<Objective> objectives = {};
  Space space = {};
  std::vector<Fidelity> fidelities = {};
  Method method = Method::kAuto;
  EarlyStop early_stop = EarlyStop::kAuto;
  double min_iterations = 0;  ///< early_terminate.min_iter; 0: automatic.
  double eta = 0;             ///< early_terminate.eta; 0: automatic.
  std::optional<double> time_seconds = {};
  std::optional<std::string> until = {};  ///< "18:00", local time.
  std::optional<double> time_ratio = {};
  std::optional<std::int64_t> run_cap = {};  ///< At most so many trials.
  std::optional<int> workers = {};           ///< none: auto.
  Resources resources = {};
  std::string batch_size = {};
  bool pty = false;
  std::vector<std::string> left_out = {};  ///< Keys of its file that mean nothing here; not kept.
  /// Parameters that an earlier study knew by another name: old, new.
  std::vector<std::pair<std::string, std::string>> renamed = {};

  /// Whether a fidelity is the length of a training, which is cut short and not restarted.
  [[nodiscard]] bool is_cut() const;
  friend bool operator==(const StudySpec&, const StudySpec&) = default;
};

/// What no run can do without; errors name the key or flag that mends it. A specification without a
/// command is that of an in-process objective, which may declare its space as it goes and be asked
/// without a bound.
[[nodiscard]] Status validate(const StudySpec& spec);

/// "val_acc:max", "loss:min": what stands after --metric. Errors when it does not say which way is
/// better.
[[nodiscard]] Result<Objective> parse_metric(std::string_view text);
/// "18:00" or "18:00:30" to seconds after midnight: what stands after --until.
[[nodiscard]] Result<int> parse_time_of_day(std::string_view text);
/// "auto" to none, "4" to 4: what stands after --workers.
[[nodiscard]] Result<std::optional<int>> parse_workers(std::string_view text);
/// auto, grid, random, bayes, tpe, gp, cmaes; W&B's custom counts as auto.
[[nodiscard]] Result<Method> parse_method(std::string_view text);
/// auto, none, hyperband, median.
[[nodiscard]] Result<EarlyStop> parse_early_stop(std::string_view text);
/// "lr=learning_rate": what stands after --renamed.
[[nodiscard]] Result<std::pair<std::string, std::string>> parse_renamed(std::string_view text);
/// A letter or _, then letters, digits and any of _ . - /: what can stand in a placeholder.
[[nodiscard]] bool is_parameter_name(std::string_view text);

/// Stable and lossless: what the journal keeps.
[[nodiscard]] Json to_json(const StudySpec& spec);
[[nodiscard]] Result<StudySpec> spec_from_json(const Json& json);

/// SHA-256 over what makes two studies the same question: command, space, objectives, fidelities
/// and the content of the files that the command names. Time, workers and the like do not count.
struct Fingerprint {
  std::string question;                                    ///< command, space, metric, fidelity
  std::vector<std::pair<std::string, std::string>> files;  ///< path as named, SHA-256 of content
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};
/// Files are looked up relative to `directory`; those over 64 MiB are known by size and time only.
[[nodiscard]] Fingerprint fingerprint(const StudySpec& spec, const std::string& directory);
[[nodiscard]] Json to_json(const Fingerprint& fingerprint);
[[nodiscard]] Fingerprint fingerprint_from_json(const Json& json);

/// "log(1e-05, 1); default=0.001; when opt is sgd".
[[nodiscard]] std::string describe(const Parameter& parameter);

/// The differences a person wants to see, one a line: "lr: log(1e-5, 1) -> log(1e-4, 1)".
[[nodiscard]] std::vector<std::string> differences(const StudySpec& before, const StudySpec& after);

}  // namespace hpopt
