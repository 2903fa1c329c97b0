#include "exec/check.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"
#include "exec/environment.h"
#include "exec/names_seen.h"
#include "exec/process_executor.h"

namespace hpopt {
namespace {

constexpr Nanos kCheckGrace = std::chrono::seconds(2);
constexpr double kAWhile = 1.0;   // seconds
constexpr double kAtOnce = 0.05;  // seconds

/// A folder that goes away with its owner.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hpopt-check-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Builds the report event by event.
class Checker {
 public:
  explicit Checker(const std::vector<Objective>& objectives) {
    for (const Objective& objective : objectives) {
      metric(objective.name).wanted = true;
    }
  }

  void take(const Said& said) {
    const bool any = !report_.metrics.empty();
    const std::string& name =
        said.metric.empty() && any ? report_.metrics.front().name : said.metric;
    CheckedMetric& metric = this->metric(name);
    const bool objective = metric.wanted && &metric == &report_.metrics.front();
    if (!report_.first_number) report_.first_number = said.elapsed;
    last_number_ = said.elapsed;
    count(metric, said);
    if (!objective) return;
    if (scores_++ == 0) {
      first_score_ = said.elapsed;
      first_step_ = said.step.value_or(0);
    }
    last_score_ = said.elapsed;
    last_step_ = said.step.value_or(0);
  }
  void take(const SaidLength& said) { report_.length = said.length; }
  void take(const Exited& exited) {
    report_.elapsed = exited.elapsed;
    report_.ended = !exited.by_us;
    report_.exit_code = exited.exit_code;
    report_.memory = exited.memory;
    report_.last_lines = exited.last_lines;
    report_.source_trouble = exited.source_trouble;
    gone_ = true;
  }

  [[nodiscard]] bool gone() const { return gone_; }
  /// Whether the first objective was told `wanted` times.
  [[nodiscard]] bool has_enough(int wanted) const {
    if (report_.metrics.empty() || !report_.metrics.front().wanted) return false;
    const CheckedMetric& first = report_.metrics.front();
    return (first.steps > 0 ? first.steps : first.count) >= wanted;
  }

  CheckReport finish(std::string containment) {
    report_.containment = std::move(containment);
    if (last_step_ > first_step_) {
      report_.seconds_a_step = (last_score_ - first_score_) / (last_step_ - first_step_);
    }
    const double first_number = report_.first_number.value_or(0);
    const bool several = scores_ > 1 && last_number_ - first_number < kAtOnce;
    const double behind = report_.elapsed - first_number;
    report_.buffered = report_.ended && several && report_.elapsed > kAWhile &&
                       behind < kAtOnce * report_.elapsed + kAtOnce;
    return std::move(report_);
  }

 private:
  CheckedMetric& metric(const std::string& name) {
    for (CheckedMetric& known : report_.metrics) {
      if (known.name == name) return known;
    }
    CheckedMetric& fresh = report_.metrics.emplace_back();
    fresh.name = name;
    return fresh;
  }
  void count(CheckedMetric& metric, const Said& said) {
    ++metric.count;
    metric.last = said.value;
    if (said.step) {
      if (metric.steps == 0) metric.first_step = *said.step;
      metric.last_step = *said.step;
      std::set<double>& steps = steps_[metric.name];
      steps.insert(*said.step);
      metric.steps = static_cast<int>(steps.size());
    }
    if (!std::isfinite(said.value)) {
      ++metric.not_finite;
      return;
    }
    const bool first = metric.count - metric.not_finite == 1;
    metric.low = first ? said.value : std::min(metric.low, said.value);
    metric.high = first ? said.value : std::max(metric.high, said.value);
  }

  CheckReport report_;
  std::map<std::string, std::set<double>> steps_;
  int scores_ = 0;  ///< Reports of the first objective, the seconds and steps of their ends.
  double first_score_ = 0;
  double last_score_ = 0;
  double first_step_ = 0;
  double last_step_ = 0;
  double last_number_ = 0;
  bool gone_ = false;
};

void listen(ProcessExecutor& executor, Checker& checker, const CheckRequest& request) {
  const SystemClock clock;
  const Nanos limit = clock.monotonic() + request.limit;
  bool told = false;
  while (!checker.gone()) {
    for (const Event& event : executor.wait(told ? Nanos::max() : limit)) {
      std::visit([&](const auto& happened) { checker.take(happened); }, event);
    }
    if (!told && (clock.monotonic() >= limit || checker.has_enough(request.reports))) {
      executor.end(1, kCheckGrace);
      told = true;
    }
  }
}

Launch launch_of(const CheckRequest& request, const std::string& folder) {
  Launch launch;
  launch.trial = 1;
  launch.token = 1;
  launch.argv = request.argv;
  launch.directory = request.directory;
  launch.trial_directory = folder;
  launch.configuration = request.configuration;
  launch.environment = trial_environment({.study = "check",
                                          .trial = 1,
                                          .seed = 0,
                                          .fidelity = request.fidelity,
                                          .trial_directory = folder,
                                          .port = request.port});
  return launch;
}

}  // namespace

Result<CheckReport> check_command(const CheckRequest& request) {
  const ScratchFolder folder;
  if (folder.path().empty()) {
    return Error{Code::kUnavailable,
                 "cannot make a folder for temporary files",
                 {},
                 "set TMPDIR to a folder that can be written"};
  }
  ProcessExecutor executor({.objectives = request.objectives,
                            .terminal = request.terminal,
                            .containment = request.containment});
  if (Status had = executor.is_contained_as_asked(); !had) return had.error();
  if (Status started = executor.start(launch_of(request, folder.path())); !started) {
    return started.error();
  }
  Checker checker(request.objectives);
  listen(executor, checker, request);
  return checker.finish(executor.containment());
}

std::vector<std::string> CheckReport::problems() const {
  std::vector<std::string> lines;
  NamesSeen seen;
  for (const CheckedMetric& metric : metrics) {
    if (metric.count > 0) seen.add(metric.name);
  }
  if (ended && exit_code != 0) {
    lines.push_back(memory != Memory::kEnough
                        ? fmt::format("it ran out of {}: try it with a smaller batch or model",
                                      in_words(memory))
                        : fmt::format("it ended with exit code {}: see its last lines", exit_code));
  }
  if (seen.empty() && !ended) {
    lines.push_back(fmt::format(
        "it said nothing that could be understood within {}: if it prints numbers in that "
        "time, its output is buffered: flush it, or use --pty",
        human_duration(elapsed)));
  } else {
    for (const CheckedMetric& metric : metrics) {
      if (!metric.wanted || metric.count > 0) continue;
      lines.push_back(source_trouble.empty() ? seen.missing(metric.name) : source_trouble);
    }
  }
  if (buffered) {
    lines.emplace_back(
        "all its numbers came at once when it ended: its output is buffered, and nothing "
        "could be decided while it runs; flush it, or use --pty");
  }
  for (const CheckedMetric& metric : metrics) {
    if (metric.wanted && metric.not_finite > 0) {
      lines.push_back(
          fmt::format("'{}' was not finite {} of {} times: such a trial counts as diverged",
                      metric.name, metric.not_finite, metric.count));
    }
  }
  return lines;
}

std::vector<std::string> CheckReport::notes() const {
  std::vector<std::string> lines;
  for (const CheckedMetric& metric : metrics) {
    if (!metric.wanted || metric.count == 0) continue;
    if (metric.steps == 0 && metric.count > 1) {
      lines.push_back(
          fmt::format("no step is told with '{}': its reports are counted from 1; print "
                      "'epoch 3' or the like on the same line or before it",
                      metric.name));
    } else if (metric.steps > 0 && metric.count > metric.steps) {
      lines.push_back(fmt::format("'{}' is told {} times in {} steps: the last of a step counts",
                                  metric.name, metric.count, metric.steps));
    }
  }
  if (length && seconds_a_step) {
    lines.push_back(fmt::format("a full training of {} steps would take about {}",
                                shortest(*length), human_duration(*length * *seconds_a_step)));
  }
  return lines;
}

}  // namespace hpopt
