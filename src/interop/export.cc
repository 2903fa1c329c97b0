#include "interop/export.h"

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "study/trial_words.h"

namespace hpopt {
namespace {

/// A row; null values are what there is nothing to say about.
using Cells = std::vector<std::pair<std::string, Value>>;

/// RFC 4180: quoted where needed, quotes doubled.
std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_row(const Cells& cells) {
  std::vector<std::string> texts;
  for (const auto& [column, value] : cells) {
    texts.push_back(value.is_null() ? std::string() : csv_cell(value.text()));
  }
  return join(texts, ",") + "\n";
}

std::string csv_header(const Cells& cells) {
  std::vector<std::string> texts;
  for (const auto& [column, value] : cells) texts.push_back(csv_cell(column));
  return join(texts, ",") + "\n";
}

std::string jsonl_row(const Cells& cells) {
  std::vector<std::string> members;
  for (const auto& [column, value] : cells) {
    members.push_back(Value(column).json() + ":" + value.json());
  }
  return "{" + join(members, ",") + "}\n";
}

Value time_value(std::int64_t utc_ms) { return utc_ms == 0 ? Value() : Value(rfc3339(utc_ms)); }

/// A whole step as an integer, as people count.
Value step_value(double step) {
  constexpr double kExact = 9e15;
  if (step == std::floor(step) && std::abs(step) < kExact) return static_cast<std::int64_t>(step);
  return step;
}

template <typename T>
Value value_or_null(const std::optional<T>& known) {
  return known ? Value(*known) : Value();
}

void add_metrics(const StudyState& state, const TrialRecord& trial, Cells& cells) {
  std::map<MetricId, double> last;
  for (const MetricReading& reading : trial.readings) last[reading.metric] = reading.value;
  const std::vector<std::string>& names = state.metric_names();
  for (std::size_t metric = 1; metric < names.size(); ++metric) {
    const auto found = last.find(static_cast<MetricId>(metric));
    cells.emplace_back("metric." + names[metric],
                       found == last.end() ? Value() : Value(found->second));
  }
}

Cells trial_cells(const StudyState& state, const TrialRecord& trial, bool session_lives) {
  const std::optional<double> score = state.score(trial);
  Cells cells;
  cells.emplace_back("trial", static_cast<std::int64_t>(trial.id));
  cells.emplace_back("state", name(standing(trial, session_lives)));
  cells.emplace_back("score", value_or_null(score));
  cells.emplace_back("step", trial.reports.empty() ? Value() : step_value(trial.last_step()));
  cells.emplace_back("elapsed", trial.elapsed);
  for (const Parameter& parameter : state.space().parameters()) {
    const Value* value = trial.configuration.get(parameter.name);
    cells.emplace_back("param." + parameter.name, value == nullptr ? Value() : *value);
  }
  add_metrics(state, trial, cells);
  cells.emplace_back("worker", trial.runs == 0 ? Value() : Value(trial.worker));
  cells.emplace_back("runs", trial.runs);
  cells.emplace_back("started", time_value(trial.started_utc_ms));
  cells.emplace_back("ended", time_value(trial.ended_utc_ms));
  cells.emplace_back("exit_code", value_or_null(own_exit_code(trial)));
  cells.emplace_back("reason", value_or_null(reason_of(trial)));
  return cells;
}

Cells report_cells(const TrialRecord& trial, const Report& report) {
  Cells cells;
  cells.emplace_back("trial", static_cast<std::int64_t>(trial.id));
  cells.emplace_back("step", step_value(report.step));
  cells.emplace_back("score", report.value);
  cells.emplace_back("elapsed", report.elapsed);
  return cells;
}

Cells header_cells(const StudyState& state, ExportRows rows) {
  return rows == ExportRows::kTrials ? trial_cells(state, TrialRecord{}, false)
                                     : report_cells(TrialRecord{}, Report{});
}

}  // namespace

void export_study(const StudyState& state, bool session_lives, ExportFormat format, ExportRows rows,
                  const std::function<void(std::string_view)>& sink) {
  const bool csv = format == ExportFormat::kCsv;
  const auto write = [&](const Cells& cells) { sink(csv ? csv_row(cells) : jsonl_row(cells)); };
  if (csv) sink(csv_header(header_cells(state, rows)));
  for (const TrialRecord& trial : state.trials()) {
    if (rows == ExportRows::kTrials) write(trial_cells(state, trial, session_lives));
    if (rows == ExportRows::kReports) {
      for (const Report& report : trial.reports) write(report_cells(trial, report));
    }
  }
}

}  // namespace hpopt
