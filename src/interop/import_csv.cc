// A table of trials: our own export, Optuna's trials_dataframe(), W&B's and MLflow's exports.
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "interop/csv.h"
#include "interop/import_reader.h"
#include "interop/import_space.h"
#include "interop/import_time.h"

namespace hpopt {
namespace {

using Columns = std::vector<std::string>;
using Place = std::optional<std::size_t>;

/// What stands before a parameter's name: here, in Optuna, MLflow, Ray Tune.
constexpr std::array<std::string_view, 4> kParameterPrefixes{"param.", "params_", "params.",
                                                             "config/"};
constexpr std::string_view kMetricPrefix = "metric.";

struct StateWord {
  std::string_view word;
  TrialState state;
};
/// Lower case; ours, Optuna's, W&B's, MLflow's, Ray Tune's.
constexpr std::array kStateWords{StateWord{"complete", TrialState::kComplete},
                                 StateWord{"finished", TrialState::kComplete},
                                 StateWord{"terminated", TrialState::kComplete},
                                 StateWord{"stopped", TrialState::kStopped},
                                 StateWord{"pruned", TrialState::kStopped},
                                 StateWord{"failed", TrialState::kFailed},
                                 StateWord{"fail", TrialState::kFailed},
                                 StateWord{"error", TrialState::kFailed},
                                 StateWord{"crashed", TrialState::kFailed},
                                 StateWord{"killed", TrialState::kFailed},
                                 StateWord{"running", TrialState::kPaused},
                                 StateWord{"paused", TrialState::kPaused},
                                 StateWord{"preempted", TrialState::kPaused},
                                 StateWord{"waiting", TrialState::kWaiting},
                                 StateWord{"pending", TrialState::kWaiting},
                                 StateWord{"scheduled", TrialState::kWaiting},
                                 StateWord{"out-of-memory", TrialState::kOutOfMemory},
                                 StateWord{"diverged", TrialState::kDiverged},
                                 StateWord{"cancelled", TrialState::kCancelled}};

bool is_table(const SourceLook& look) {
  const bool text = look.head.find('\0') == std::string::npos;
  return !look.folder && text && !look.head.starts_with('{') && !look.head.starts_with('[');
}

Place place_of(const Columns& columns, std::string_view name) {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns.begin());
}

template <std::size_t kCount>
Place first_of(const Columns& columns, const std::array<std::string_view, kCount>& names) {
  for (const std::string_view name : names) {
    if (const Place place = place_of(columns, name)) return place;
  }
  return std::nullopt;
}

/// "params_lr" is lr; empty: it is no parameter's column.
std::string parameter_named_by(std::string_view column) {
  for (const std::string_view prefix : kParameterPrefixes) {
    if (column.starts_with(prefix)) return std::string(column.substr(prefix.size()));
  }
  return {};
}

/// What a cell says: a number, true or false, a list or mapping as JSON, else text; none: nothing.
std::optional<Value> value_in(const std::string& cell) {
  const std::string_view text = trim(cell);
  if (text.empty()) return std::nullopt;
  if (const auto whole = parse_integer(text)) return Value(*whole);
  const auto number = parse_number(text);
  if (number && std::isfinite(*number)) return Value(*number);
  if (number && std::isnan(*number)) return std::nullopt;  // as pandas writes what is missing
  if (text == "true" || text == "True") return Value(true);
  if (text == "false" || text == "False") return Value(false);
  if (text.front() == '[' || text.front() == '{') {
    if (const auto json = parse_json(text, {})) return value_from_json(*json);
  }
  return Value(cell);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

class CsvReader {
 public:
  CsvReader(CsvTable table, const ImportSource& source)
      : table_(std::move(table)), source_(source) {}

  Result<ImportedStudy> read() {
    imported_.name = stem_of(source_.path);
    imported_.origin = "a table";
    if (Status found = find_score(); !found) return found.error();
    if (Status settled = settle_objective(imported_, source_.metric, std::nullopt); !settled) {
      return settled.error();
    }
    if (Status found = find_parameters(); !found) return found.error();
    find_others();
    for (const CsvRow& row : table_.rows) {
      if (Status added = add_trial(row); !added) return added.error();
    }
    auto space = builder_.build();
    if (!space) return space.error();
    imported_.space = std::move(*space);
    if (Status brought = bring_into(imported_.space, imported_.trials); !brought) {
      return brought.error();
    }
    return std::move(imported_);
  }

 private:
  struct ParameterColumn {
    std::string name;
    std::size_t place;
  };

  /// The column that the user names, else the one in which hpopt and Optuna write it.
  Status find_score() {
    const std::string& name = source_.metric.name;
    if (name.empty()) {
      return invalid("a table does not say which column is the score",
                     "write --metric NAME:max or NAME:min; " + columns(), source_.path);
    }
    const std::string metric = std::string(kMetricPrefix) + name;
    const std::array<std::string_view, 4> names{name, metric, "score", "value"};
    score_ = first_of(table_.columns, names).value_or(table_.columns.size());
    if (score_ < table_.columns.size()) return success();
    return invalid(
        fmt::format("no column is called '{}'{}", name, did_you_mean(name, table_.columns)),
        columns(), source_.path);
  }

  [[nodiscard]] std::string columns() const {
    return "the columns are " + join(table_.columns, ", ");
  }

  Status find_parameters() {
    for (std::size_t place = 0; place < table_.columns.size(); ++place) {
      std::string name = parameter_named_by(table_.columns[place]);
      if (!name.empty()) parameters_.push_back({std::move(name), place});
    }
    if (!source_.parameters.empty()) return choose_parameters();
    if (!parameters_.empty()) return success();
    return invalid("no column is named params_* or param.*",
                   "say which are parameters with --params NAME,NAME; " + columns(), source_.path);
  }

  Status choose_parameters() {
    std::vector<ParameterColumn> chosen;
    for (const std::string& name : source_.parameters) {
      const auto known = std::find_if(parameters_.begin(), parameters_.end(),
                                      [&](const auto& column) { return column.name == name; });
      const Place place = place_of(table_.columns, name);
      if (!place && known == parameters_.end()) {
        return invalid(
            fmt::format("no column is called '{}'{}", name, did_you_mean(name, table_.columns)),
            columns(), "--params");
      }
      chosen.push_back({name, place ? *place : known->place});
    }
    parameters_ = std::move(chosen);
    return success();
  }

  void find_others() {
    const Columns& columns = table_.columns;
    using Names = std::string_view;
    label_ = first_of(columns, std::array<Names, 4>{"trial", "number", "trial_id", "ID"});
    state_ = first_of(columns, std::array<Names, 3>{"state", "State", "status"});
    elapsed_ = first_of(columns, std::array<Names, 3>{"elapsed", "Runtime", "time_total_s"});
    started_ = first_of(columns, std::array<Names, 2>{"started", "datetime_start"});
    ended_ = first_of(columns, std::array<Names, 2>{"ended", "datetime_complete"});
    step_ = first_of(columns, std::array<Names, 2>{"step", "training_iteration"});
    exit_code_ = place_of(columns, "exit_code");
    reason_ = place_of(columns, "reason");
    for (std::size_t place = 0; place < columns.size(); ++place) {
      if (place != score_ && columns[place].starts_with(kMetricPrefix)) numbers_.push_back(place);
    }
  }

  Status add_trial(const CsvRow& row) {
    ImportedTrial& trial = imported_.trials.emplace_back();
    trial.label = label_ ? row.cells[*label_] : std::to_string(imported_.trials.size());
    if (Status scored = add_score(row, trial); !scored) return scored;
    if (Status known = add_state(row, trial); !known) return known;
    if (!is_imported(trial)) return success();
    add_parameters(row, trial);
    add_times(row, trial);
    for (const std::size_t place : numbers_) {
      const auto number = parse_number(trim(row.cells[place]));
      if (number) trial.numbers[table_.columns[place].substr(kMetricPrefix.size())] = *number;
    }
    const auto code = exit_code_ ? parse_integer(trim(row.cells[*exit_code_])) : std::nullopt;
    if (code) trial.exit_code = static_cast<int>(*code);
    if (reason_) trial.reason = row.cells[*reason_];
    return success();
  }

  void add_parameters(const CsvRow& row, ImportedTrial& trial) {
    for (const auto& [name, place] : parameters_) {
      auto value = value_in(row.cells[place]);
      if (!value) continue;
      builder_.include(name, *value);
      trial.configuration.set(name, std::move(*value));
    }
  }

  void add_times(const CsvRow& row, ImportedTrial& trial) const {
    if (elapsed_) trial.elapsed = parse_number(trim(row.cells[*elapsed_])).value_or(0);
    if (!(trial.elapsed > 0) || std::isinf(trial.elapsed)) trial.elapsed = 0;
    if (started_) trial.started_utc_ms = utc_ms_of(row.cells[*started_], Zoneless::kLocal);
    if (ended_) trial.ended_utc_ms = utc_ms_of(row.cells[*ended_], Zoneless::kLocal);
  }

  Status add_score(const CsvRow& row, ImportedTrial& trial) const {
    const std::string_view text = trim(row.cells[score_]);
    if (text.empty()) return success();
    const auto score = parse_number(text);
    if (!score) {
      return invalid(fmt::format("the score '{}' is no number", text), "mend or empty the cell",
                     at(row));
    }
    const auto step = step_ ? parse_number(trim(row.cells[*step_])) : std::nullopt;
    if (step && std::isfinite(*step)) {
      trial.curve = {{*step, *score}};
    } else {
      trial.value = *score;
    }
    return success();
  }

  Status add_state(const CsvRow& row, ImportedTrial& trial) const {
    const bool scored = trial.value || !trial.curve.empty();
    trial.state = scored ? TrialState::kComplete : TrialState::kFailed;
    const std::string word = state_ ? lower_case(trim(row.cells[*state_])) : std::string();
    if (word.empty()) return success();
    const auto known = std::find_if(kStateWords.begin(), kStateWords.end(),
                                    [&](const StateWord& state) { return state.word == word; });
    if (known == kStateWords.end()) {
      return invalid(fmt::format("the state '{}' is not known", row.cells[*state_]),
                     "write complete, stopped, paused, failed or waiting", at(row));
    }
    trial.state = known->state;
    return success();
  }

  [[nodiscard]] std::string at(const CsvRow& row) const {
    return fmt::format("{}:{}", source_.path, row.line);
  }

  CsvTable table_;
  const ImportSource& source_;
  ImportedStudy imported_;
  SpaceBuilder builder_;
  std::size_t score_ = 0;
  std::vector<ParameterColumn> parameters_;
  std::vector<std::size_t> numbers_;
  Place label_, state_, elapsed_, started_, ended_, step_, exit_code_, reason_;
};

Result<ImportedStudy> read_csv(const ImportSource& source) {
  const auto text = read_file(source.path);
  if (!text) return text.error();
  auto table = parse_csv(*text, source.path);
  if (!table) return table.error();
  return CsvReader(std::move(*table), source).read();
}

}  // namespace

const ImportReader kCsvReader{"a table", is_table, read_csv};

}  // namespace hpopt
