#include "cli/request.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

#include "base/text.h"
#include "spec/inline_form.h"
#include "spec/study_file.h"

namespace hpopt {
namespace {

/// Programs that run the script that is named next.
constexpr std::array kInterpreters{"python",  "pypy",     "bash",       "sh",   "zsh",    "dash",
                                   "ksh",     "perl",     "ruby",       "node", "julia",  "env",
                                   "Rscript", "torchrun", "accelerate", "uv",   "poetry", "srun",
                                   "nice",    "launch",   "run"};

std::string base_name(std::string_view path) {
  return std::string(path.substr(path.find_last_of('/') + 1));
}

std::string stem(std::string_view path) {
  const std::string base = base_name(path);
  const std::size_t dot = base.find_last_of('.');
  return dot == std::string::npos || dot == 0 ? base : base.substr(0, dot);
}

bool is_interpreter(std::string_view word) {
  std::string plain = base_name(word);
  plain.erase(plain.find_last_not_of("0123456789.") + 1);
  return std::find(kInterpreters.begin(), kInterpreters.end(), plain) != kInterpreters.end();
}

/// `sh -c TEXT`, `bash -euc TEXT`, `python3 -c TEXT`: what follows is no name.
bool takes_program_text(std::string_view interpreter, std::string_view flag) {
  const bool shell = base_name(interpreter).ends_with("sh");
  const bool bundled = shell && flag.size() > 2 && flag[1] != '-' && flag.ends_with("c");
  return flag.starts_with("-") && (flag == "-c" || bundled);
}

Error at_flag(Error error, std::string_view flag) {
  error.where = flag;
  return error;
}

Status override_metrics(const Invocation& invocation, StudySpec& spec) {
  const std::vector<std::string> texts = invocation.values("--metric");
  std::vector<Objective> objectives;
  for (const std::string& text : texts) {
    auto objective = parse_metric(text);
    if (!objective) return at_flag(objective.error(), "--metric");
    // What the file says besides about a metric of this name holds on.
    for (const Objective& old : spec.objectives) {
      if (old.name != objective->name) continue;
      const bool maximize = objective->maximize;
      *objective = old;
      objective->maximize = maximize;
    }
    objectives.push_back(std::move(*objective));
  }
  if (!objectives.empty()) spec.objectives = std::move(objectives);
  if (const auto regex = invocation.value("--metric-regex")) {
    if (spec.objectives.empty()) {
      return invalid("a regex needs a metric", "add --metric NAME:max", "--metric-regex");
    }
    spec.objectives.front().regex = *regex;
  }
  return success();
}

Status override_workers(const Invocation& invocation, StudySpec& spec) {
  const auto text = invocation.value("--workers");
  if (!text) return success();
  auto workers = parse_workers(*text);
  if (!workers) return at_flag(workers.error(), "--workers");
  spec.workers = *workers;
  return success();
}

Status override_time(const Invocation& invocation, StudySpec& spec) {
  if (const auto time = invocation.duration("--time")) {
    spec.time_seconds = time;
    spec.time_ratio.reset();
    if (!invocation.has("--until")) spec.until.reset();
  }
  if (const auto until = invocation.value("--until")) {
    if (auto valid = seconds_until(*until, 0); !valid) return valid.error();
    spec.until = until;
    if (!invocation.has("--time")) spec.time_seconds.reset();
  }
  return success();
}

/// What the file says of an old name, a flag says anew.
Status override_renamed(const Invocation& invocation, StudySpec& spec) {
  for (const std::string& text : invocation.values("--renamed")) {
    auto renamed = parse_renamed(text);
    if (!renamed) return at_flag(renamed.error(), "--renamed");
    std::erase_if(spec.renamed, [&](const auto& old) { return old.first == renamed->first; });
    spec.renamed.push_back(std::move(*renamed));
  }
  return success();
}

void override_search(const Invocation& invocation, StudySpec& spec) {
  if (const auto cap = invocation.number("--trials"))
    spec.run_cap = static_cast<std::int64_t>(*cap);
  if (invocation.has("--no-early-stop")) spec.early_stop = EarlyStop::kNone;
  if (invocation.has("--pty")) spec.pty = true;
  if (const auto name = invocation.value("--name")) spec.name = *name;
  if (const auto method = invocation.value("--sampler")) {
    spec.method = parse_method(*method).value_or(Method::kAuto);  // the table has checked the word
  }
}

Error nothing_to_run(const Invocation& invocation) {
  return invalid(
      fmt::format("hpopt {} needs a study file or a command", invocation.command),
      fmt::format("hpopt {} study.yaml, or: hpopt {} --metric val_acc:max -- python train.py --lr "
                  "'~log(1e-5,1)'",
                  invocation.command, invocation.command == "run" ? "run --time 30m" : "check"));
}

}  // namespace

std::string name_of_command(const std::vector<std::string>& argv) {
  std::string interpreter;
  for (const std::string& word : argv) {
    if (!interpreter.empty() && takes_program_text(interpreter, word)) return stem(interpreter);
    const bool assignment = word.find('=') != std::string::npos;
    const bool placeholder = word.starts_with("${") || word.starts_with("~");
    if (word.empty() || word.starts_with("-") || assignment || placeholder) continue;
    if (!is_interpreter(word)) return stem(word);
    interpreter = word;
  }
  return argv.empty() ? std::string("study") : stem(argv.front());
}

Result<double> seconds_until(const std::string& time_of_day, std::int64_t now) {
  auto of_day = parse_time_of_day(time_of_day);
  if (!of_day) return at_flag(of_day.error(), "--until");
  const auto start = static_cast<std::time_t>(now);
  std::tm local{};
  localtime_r(&start, &local);
  const auto instant = [&] {
    local.tm_hour = *of_day / 3600;
    local.tm_min = *of_day / 60 % 60;
    local.tm_sec = *of_day % 60;
    local.tm_isdst = -1;  // the day may begin or end summer time
    return std::mktime(&local);
  };
  std::time_t target = instant();
  if (target <= start) {
    local.tm_mday += 1;
    target = instant();
  }
  return std::difftime(target, start);
}

std::string until_text(const std::string& time_of_day, std::int64_t now) {
  const double left = seconds_until(time_of_day, now).value_or(0);
  const auto start = static_cast<std::time_t>(now);
  const auto end = static_cast<std::time_t>(now + static_cast<std::int64_t>(left));
  std::tm today{};
  std::tm last{};
  localtime_r(&start, &today);
  localtime_r(&end, &last);
  return fmt::format("until {}{}, for {}", time_of_day,
                     today.tm_yday == last.tm_yday ? "" : " tomorrow", human_duration(left));
}

Result<StudySpec> read_request(const Invocation& invocation) {
  StudySpec spec;
  const auto file = invocation.argument(0);
  if (!file && invocation.argv.empty()) return nothing_to_run(invocation);
  if (file) {
    auto loaded = load_study(*file);
    if (!loaded) return loaded.error();
    spec = std::move(*loaded);
  }
  if (!invocation.argv.empty()) {
    if (auto applied = apply_inline(invocation.argv, spec); !applied) return applied.error();
    if (spec.name.empty()) spec.name = name_of_command(invocation.argv);
  }
  if (spec.command.empty()) {
    return invalid("the study file does not say what to run",
                   "add `command` or `program` to it, or put a command behind --", *file);
  }
  if (auto done = override_metrics(invocation, spec); !done) return done.error();
  if (auto done = override_workers(invocation, spec); !done) return done.error();
  if (auto done = override_time(invocation, spec); !done) return done.error();
  if (auto done = override_renamed(invocation, spec); !done) return done.error();
  override_search(invocation, spec);
  return spec;
}

}  // namespace hpopt
