#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/request.h"
#include "cli/table.h"
#include "exec/check.h"
#include "exec/environment.h"
#include "spec/command.h"

namespace hpopt {
namespace {

/// The default where there is one, else the middle of each prior.
Configuration middle_configuration(const Space& space) {
  if (auto given = space.default_configuration()) return *given;
  const std::vector<double> middle(space.parameters().size(), 0.5);
  return space.nearest_feasible(middle).value_or(space.from_unit(middle));
}

Result<CheckRequest> check_request(const StudySpec& spec) {
  CheckRequest request;
  request.directory = std::filesystem::current_path().string();
  request.objectives = spec.objectives;
  request.terminal = spec.pty;
  request.configuration = middle_configuration(spec.space);
  TrialContext context;
  context.trial = "0";
  context.port = request.port = free_port();
  for (const Fidelity& fidelity : spec.fidelities) {
    // A shortened length is enough to see what is printed; a schedule is never cut short.
    request.fidelity[fidelity.name] = fidelity.cut ? fidelity.high : fidelity.low;
  }
  context.fidelity = request.fidelity;
  auto argv = render_command(spec, request.configuration, context);
  if (!argv) return argv.error();
  request.argv = std::move(*argv);
  return request;
}

std::string steps_text(const CheckedMetric& metric) {
  if (metric.steps == 0) return "none told";
  if (metric.first_step == metric.last_step) return brief_number(metric.first_step);
  return fmt::format("{} to {}", brief_number(metric.first_step), brief_number(metric.last_step));
}

std::string metrics_text(const CheckReport& report, const Look& look) {
  Table table{.columns = {{.title = "number", .elastic = true},
                          {.title = "seen", .right = true},
                          {.title = "at steps"},
                          {.title = "lowest", .right = true},
                          {.title = "highest", .right = true},
                          {.title = "last", .right = true}},
              .rows = {},
              .inks = {}};
  for (const CheckedMetric& metric : report.metrics) {
    if (metric.count == 0) continue;
    const bool finite = metric.count > metric.not_finite;
    table.rows.push_back({metric.wanted ? metric.name + "  (the metric)" : metric.name,
                          std::to_string(metric.count), steps_text(metric),
                          finite ? brief_number(metric.low) : "",
                          finite ? brief_number(metric.high) : "", brief_number(metric.last)});
    table.inks.push_back(metric.wanted ? Ink::kGreen : Ink::kPlain);
  }
  return table.rows.empty() ? std::string() : draw(table, look) + "\n";
}

std::string ending_text(const CheckReport& report) {
  if (!report.ended) return fmt::format("ended by hpopt after {}", human_duration(report.elapsed));
  return fmt::format("ended by itself after {} with exit code {}", human_duration(report.elapsed),
                     report.exit_code);
}

/// A command that says nothing at all can't be tuned, also when no metric was named yet.
std::vector<std::string> problems_of(const CheckReport& report) {
  std::vector<std::string> problems = report.problems();
  if (problems.empty() && report.metrics.empty()) {
    problems.emplace_back(
        "it printed no number that could be understood: print a line such as 'val_acc: 0.91'");
  }
  return problems;
}

std::string check_text(const CheckRequest& request, const CheckReport& report, const Look& look) {
  std::string text = paint("$ " + shell_command(request.argv), Ink::kCyan, look) + "\n\n";
  text += metrics_text(report, look);
  text += ending_text(report) + "\n";
  for (const std::string& note : report.notes()) text += note + "\n";
  if (request.objectives.empty() && !report.metrics.empty()) {
    text += "choose what counts among these: --metric NAME:max or NAME:min\n";
  }
  const std::vector<std::string> problems = problems_of(report);
  for (const std::string& problem : problems) {
    text += paint("problem: ", Ink::kYellow, look) + problem + "\n";
  }
  if (problems.empty() || report.last_lines.empty()) return text;
  text += "\nits last lines:\n";
  for (const std::string& line : split(trim(report.last_lines), '\n')) text += "  | " + line + "\n";
  return text;
}

/// What was never seen is null: 0 would be a number that was.
Json metric_json(const CheckedMetric& metric) {
  const auto where = [](bool seen, double value) { return seen ? json_number(value) : Json(); };
  const bool stepped = metric.steps > 0;
  const bool finite = metric.count > metric.not_finite;
  return {{"name", metric.name},
          {"metric", metric.wanted},
          {"count", metric.count},
          {"steps", metric.steps},
          {"first_step", where(stepped, metric.first_step)},
          {"last_step", where(stepped, metric.last_step)},
          {"lowest", where(finite, metric.low)},
          {"highest", where(finite, metric.high)},
          {"last", where(metric.count > 0, metric.last)},
          {"not_finite", metric.not_finite}};
}

std::string check_json(const CheckRequest& request, const CheckReport& report) {
  const auto number = [](const std::optional<double>& value) {
    return value ? json_number(*value) : Json();
  };
  Json numbers = Json::array();
  for (const CheckedMetric& metric : report.metrics) numbers.push_back(metric_json(metric));
  const Json json = {{"command", request.argv},
                     {"numbers", std::move(numbers)},
                     {"length", number(report.length)},
                     {"seconds_a_step", number(report.seconds_a_step)},
                     {"elapsed", json_number(report.elapsed)},
                     {"exit_code", report.ended ? Json(report.exit_code) : Json()},
                     {"problems", problems_of(report)},
                     {"notes", report.notes()}};
  return json_document(json);
}

}  // namespace

int cmd_check(const Invocation& invocation, const Console& console) {
  const auto spec = read_request(invocation);
  if (!spec) return give_up(console, spec.error());
  auto request = check_request(*spec);
  if (!request) return give_up(console, request.error());
  request->containment = containment_kind(invocation.value("--containment").value_or("auto"));
  const auto report = check_command(*request);
  if (!report) return give_up(console, report.error());
  console.out(invocation.has("--json") ? check_json(*request, *report)
                                       : check_text(*request, *report, console.out_look));
  return problems_of(*report).empty() ? kAnswerFound : kNoAnswer;
}

}  // namespace hpopt
