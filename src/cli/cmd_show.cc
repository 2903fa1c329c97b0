#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "analysis/answer.h"
#include "analysis/report.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/history_text.h"
#include "cli/json_text.h"
#include "cli/sparkline.h"
#include "cli/store_access.h"
#include "cli/table.h"
#include "exec/environment.h"
#include "storage/open_store.h"
#include "study/trial_words.h"

namespace hpopt {
namespace {

constexpr std::size_t kLogLines = 10;
constexpr std::size_t kReportRows = 12;

std::string heading(const char* text, const Look& look) {
  return "\n" + paint(text, Ink::kDim, look) + "\n";
}

std::string params_text(const TrialRecord& trial, const Look& look) {
  Table table{.columns = {{.title = ""}, {.title = "", .elastic = true}}, .rows = {}, .inks = {}};
  for (const auto& [name, value] : trial.configuration) {
    table.rows.push_back({"  " + name, value.text()});
  }
  return draw(table, look);
}

/// The first and the last rows of many.
std::string reports_text(const TrialRecord& trial, const Look& look) {
  Table table{.columns = {{.title = "  step", .right = true},
                          {.title = "score", .right = true},
                          {.title = "seconds", .right = true}},
              .rows = {},
              .inks = {}};
  const std::size_t count = trial.reports.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (count > kReportRows && i == kReportRows / 2) {
      table.rows.push_back({fmt::format("({} more)", count - kReportRows), "", ""});
      i = count - kReportRows / 2;
    }
    const Report& report = trial.reports[i];
    table.rows.push_back({brief_number(report.step), brief_number(report.value),
                          fmt::format("{:.2f}", report.elapsed)});
  }
  std::vector<double> values;
  values.reserve(trial.reports.size());
  for (const Report& report : trial.reports) values.push_back(report.value);
  const int width = std::min(60, look.width - 2);
  std::string text = draw(table, look);
  if (count > 1) text += "  " + sparkline(values, width, look.unicode) + "\n";
  return text;
}

std::string readings_text(const StudyState& state, const TrialRecord& trial, const Look& look) {
  std::map<MetricId, double> last;
  for (const MetricReading& reading : trial.readings) last[reading.metric] = reading.value;
  Table table{.columns = {{.title = ""}, {.title = "", .right = true}}, .rows = {}, .inks = {}};
  for (const auto& [metric, value] : last) {
    if (metric >= state.metric_names().size()) continue;
    table.rows.push_back({"  " + state.metric_names()[metric], brief_number(value)});
  }
  return table.rows.empty() ? std::string()
                            : heading("other numbers, last seen", look) + draw(table, look);
}

std::vector<std::string> last_lines(const std::string& text) {
  std::vector<std::string> lines = split(trim(text), '\n');
  if (lines.size() > kLogLines) lines.erase(lines.begin(), lines.end() - kLogLines);
  return lines;
}

std::string log_text(const std::string& path, const Look& look) {
  const auto log = read_file(path);
  std::string text = heading("log", look) + "  " + path + "\n";
  if (!log) return text + "  (there is none)\n";
  for (const std::string& line : last_lines(*log))
    text += "  | " + fit(line, look.width - 4, look) + "\n";
  return text;
}

/// Where and with what it ran: host, interpreter, commit, seed. An object, maybe empty.
Json record_of(const TrialRecord& trial) {
  const auto record = parse_json(trial.record.empty() ? "{}" : trial.record, "record");
  return record && record->is_object() ? *record : Json::object();
}

std::string record_text(const TrialRecord& trial, const Look& look) {
  std::string line;
  const Json record = record_of(trial);
  for (const char* key : {"host", "interpreter", "git_commit", "seed"}) {
    if (!record.contains(key)) continue;
    const Json& value = record[key];
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (!text.empty()) line += fmt::format("  {} {}", key, text);
  }
  if (record.value("git_dirty", false)) line += "  (with changes that are not committed)";
  return line.empty() ? line : heading("ran with", look) + line + "\n";
}

std::string summary_line(const StudyView& study, const TrialRecord& trial, const Look& look) {
  const StudyState& state = study.state;
  const auto score = state.score(trial);
  std::string text = fmt::format("  {}", name(standing(study, trial)));
  if (score)
    text += fmt::format("  {} {}", state.spec().objectives.front().name, brief_number(*score));
  if (trial.last_step() > 0) text += fmt::format("  step {}", brief_number(trial.last_step()));
  text += fmt::format("  {}", human_duration(trial.elapsed));
  if (trial.runs > 1) text += fmt::format("  {} runs", trial.runs);
  return draw_line(
             {{fmt::format("trial {} of {}", trial.id, state.origin().name), Ink::kBold}, {text}},
             look) +
         "\n";
}

Json show_json(const StoredTrial& stored, const std::string& directory) {
  const StoredStudy& study = stored.study;
  const TrialRecord& trial = stored.record();
  const std::optional<int> exit_code = own_exit_code(trial);
  Json json = trial_json(study.view(), trial);
  json["study"] = study.info.name;
  json["elapsed"] = json_number(trial.elapsed);
  json["runs"] = trial.runs;
  json["exit_code"] = exit_code ? Json(*exit_code) : Json();
  json["memory"] = trial.memory == Memory::kEnough   ? Json()
                   : trial.memory == Memory::kDevice ? Json("gpu")
                                                     : Json("host");
  json["directory"] = directory;
  json["log"] = log_file(directory);
  json["command"] = full_command(study.state, trial);
  json["record"] = record_of(trial);
  json["decisions"] = history_json(trial.id, stored.history)["decisions"];
  Json metrics = Json::object();
  for (const MetricReading& reading : trial.readings) {
    if (reading.metric >= study.state.metric_names().size()) continue;
    metrics[study.state.metric_names()[reading.metric]].push_back(
        {{"step", json_number(reading.step)}, {"value", json_number(reading.value)}});
  }
  json["metrics"] = std::move(metrics);
  return json;
}

std::string show_text(const StoredTrial& stored, const std::string& directory, const Look& look) {
  const StudyState& state = stored.study.state;
  const TrialRecord& trial = stored.record();
  std::string text = summary_line(stored.study.view(), trial, look);
  text += heading("parameters", look) + params_text(trial, look);
  if (!trial.reports.empty()) text += heading("reports", look) + reports_text(trial, look);
  text += readings_text(state, trial, look);
  text += heading("decisions", look) + history_text(stored.history, look);
  text += record_text(trial, look);
  if (!trial.message.empty()) text += heading("what went wrong", look) + trial.message + "\n";
  return text + log_text(log_file(directory), look);
}

}  // namespace

int cmd_show(const Invocation& invocation, const Console& console) {
  const auto trial = open_named_trial(invocation);
  if (!trial) return give_up(console, trial.error());
  const std::string directory =
      trial_directory(store_directory(store_locator(invocation)), trial->study.info.id, trial->id);
  console.out(invocation.has("--json") ? json_document(show_json(*trial, directory))
                                       : show_text(*trial, directory, console.out_look));
  return kAnswerFound;
}

}  // namespace hpopt
