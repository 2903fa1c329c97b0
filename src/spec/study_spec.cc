#include "spec/study_spec.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "space/feasible.h"
#include "spec/command.h"

namespace hpopt {
namespace {

Status check_objectives(const StudySpec& spec) {
  if (spec.objectives.empty()) {
    return invalid("nothing says what to optimize",
                   "add --metric NAME:max, or `metric: {name: NAME, goal: maximize}` to the file");
  }
  std::set<std::string> names;
  for (const Objective& objective : spec.objectives) {
    if (objective.name.empty()) return invalid("a metric has no name", "add --metric NAME:max");
    if (names.insert(objective.name).second) continue;
    return invalid(fmt::format("the metric '{}' stands twice", objective.name), "remove one");
  }
  return success();
}

Status check_fidelity(const StudySpec& spec, const Fidelity& fidelity) {
  const auto wrong = [&](std::string_view what, std::string mend) {
    return invalid(fmt::format("fidelity '{}': {}", fidelity.name, what), std::move(mend));
  };
  if (!(fidelity.low > 0)) return wrong("its lower bound must be above 0", "raise min");
  if (!(fidelity.low <= fidelity.high) || std::isinf(fidelity.high)) {
    return wrong(fmt::format("the range is empty: {} is above {}", shortest(fidelity.low),
                             shortest(fidelity.high)),
                 "swap the bounds");
  }
  if (!(fidelity.step >= 0)) return wrong("its step must be above 0", "use a positive q");
  if (spec.space.find(fidelity.name) == nullptr) return success();
  return wrong("a parameter has this name too", "rename one of them");
}

Status check_fidelities(const StudySpec& spec) {
  std::set<std::string> names;
  for (const Fidelity& fidelity : spec.fidelities) {
    if (Status fine = check_fidelity(spec, fidelity); !fine) return fine;
    if (names.insert(fidelity.name).second) continue;
    return invalid(fmt::format("the fidelity '{}' stands twice", fidelity.name), "remove one");
  }
  return success();
}

Status check_space(const StudySpec& spec) {
  if (Status feasible = check_feasible(spec.space); !feasible) return feasible;
  return check_defaults(spec.space);
}

Status check_method(const StudySpec& spec) {
  if (spec.method != Method::kGrid) return success();
  for (const Parameter& parameter : spec.space.parameters()) {
    if (cardinality(parameter.domain)) continue;
    return invalid(fmt::format("method grid needs parameters that are finite, but '{}' is {}",
                               parameter.name, describe(parameter.domain)),
                   "give it `values` or `q`, or use method random");
  }
  return success();
}

Status check_limits(const StudySpec& spec) {
  if (spec.time_seconds && !(*spec.time_seconds > 0)) {
    return invalid("the time must be above 0", "use for example --time 30m");
  }
  if (spec.time_ratio && !(*spec.time_ratio > 0)) return invalid("time_ratio must be above 0");
  if (spec.run_cap && *spec.run_cap < 1) {
    return invalid("the number of trials must be 1 or more", "mend --trials or run_cap");
  }
  if (spec.workers && *spec.workers < 1) {
    return invalid("the number of workers must be 1 or more", "mend --workers");
  }
  if (!spec.until) return success();
  const Result<int> until = parse_time_of_day(*spec.until);
  return until ? success() : Status(until.error());
}

/// A command runs unattended: something must vary, and something must end it.
Status check_command_run(const StudySpec& spec) {
  if (spec.space.empty()) {
    return invalid("nothing varies",
                   "mark an argument of the command, such as --lr '~log(1e-5,1)', or add "
                   "`parameters` to the file");
  }
  const bool bounded = spec.time_seconds || spec.until || spec.time_ratio || spec.run_cap;
  const bool finite = std::all_of(
      spec.space.parameters().begin(), spec.space.parameters().end(),
      [](const Parameter& parameter) { return cardinality(parameter.domain).has_value(); });
  if (!bounded && !finite) {
    return invalid("nothing says when to stop", "add a budget, such as --time 30m");
  }
  for (const std::string& word : spec.command) {
    if (is_utf8(word)) continue;
    return invalid(fmt::format("the command's word {} is no UTF-8", json_string(word)),
                   "the journal keeps the command as text: rename the file, or convert the text");
  }
  return check_command(spec);
}

Status check_batch_size(const StudySpec& spec) {
  const bool shows_later = spec.command.empty() && spec.space.empty();  // define-by-run
  if (spec.batch_size.empty() || shows_later) return success();
  const Parameter* parameter = spec.space.find(spec.batch_size);
  if (parameter != nullptr && is_numeric(parameter->domain)) return success();
  return invalid(
      fmt::format("batch_size names '{}', which is no numeric parameter", spec.batch_size),
      "name the parameter that holds the batch size");
}

Status check_renamed(const StudySpec& spec) {
  std::set<std::string> names;
  for (const auto& [old, name] : spec.renamed) {
    if (spec.space.find(name) == nullptr) {
      std::vector<std::string> known;
      for (const Parameter& parameter : spec.space.parameters()) known.push_back(parameter.name);
      return invalid(fmt::format("'{}' is said to be called '{}' now, and no parameter is{}", old,
                                 name, did_you_mean(name, known)),
                     "write --renamed OLD=NEW, or `renamed: {OLD: NEW}` in the file");
    }
    if (names.insert(old).second && names.insert("new " + name).second) continue;
    return invalid(fmt::format("'{}' or '{}' is renamed twice", old, name), "remove one");
  }
  return success();
}

std::optional<int> two_digits(std::string_view text, int below) {
  const bool is_short = !text.empty() && text.size() <= 2;
  const std::optional<std::int64_t> number = is_short ? parse_integer(text) : std::nullopt;
  if (!number || *number < 0 || *number >= below) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace

bool StudySpec::is_cut() const {
  return std::any_of(fidelities.begin(), fidelities.end(),
                     [](const Fidelity& fidelity) { return fidelity.cut; });
}

Status validate(const StudySpec& spec) {
  for (const auto check : {check_objectives, check_fidelities, check_space, check_method,
                           check_limits, check_batch_size, check_renamed}) {
    if (Status fine = check(spec); !fine) return fine;
  }
  return spec.command.empty() ? success() : check_command_run(spec);
}

Result<Objective> parse_metric(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::string_view goal = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  const bool maximize = goal == "max" || goal == "maximize";
  const bool minimize = goal == "min" || goal == "minimize";
  if (!maximize && !minimize) {
    return invalid(fmt::format("the metric '{}' does not say which way is better", text),
                   fmt::format("write {0}:max or {0}:min", text.substr(0, colon)));
  }
  if (colon == 0) return invalid("the metric has no name", "write NAME:max or NAME:min");
  return Objective{.name = std::string(text.substr(0, colon)), .maximize = maximize};
}

Result<std::pair<std::string, std::string>> parse_renamed(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    return invalid(fmt::format("'{}' does not say what is called how now", text),
                   "write OLD=NEW, such as lr=learning_rate");
  }
  return std::pair(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
}

Result<int> parse_time_of_day(std::string_view text) {
  const std::vector<std::string> parts = split(text, ':');
  const bool counts = parts.size() == 2 || parts.size() == 3;
  const auto hours = counts ? two_digits(parts[0], 24) : std::nullopt;
  const auto minutes = counts ? two_digits(parts[1], 60) : std::nullopt;
  const auto seconds = parts.size() == 3 ? two_digits(parts[2], 60) : std::optional(0);
  if (!hours || !minutes || !seconds) {
    return invalid(fmt::format("'{}' is not a time of day", text), "write for example 18:00");
  }
  return (*hours * 60 + *minutes) * 60 + *seconds;
}

Result<std::optional<int>> parse_workers(std::string_view text) {
  if (text == "auto") return std::optional<int>();
  const std::optional<std::int64_t> number = parse_integer(text);
  if (number && *number >= 1 && *number <= 1'000'000) {
    return std::optional<int>(static_cast<int>(*number));
  }
  return invalid(fmt::format("'{}' is not a number of workers", text), "write auto, or 1 or more");
}

Result<Method> parse_method(std::string_view text) {
  if (text == "custom") return Method::kAuto;
  const auto found = std::find(kMethodNames.begin(), kMethodNames.end(), text);
  if (found != kMethodNames.end()) return static_cast<Method>(found - kMethodNames.begin());
  return invalid(fmt::format("there is no method '{}'{}", text,
                             did_you_mean(text, {kMethodNames.begin(), kMethodNames.end()})),
                 "the methods are auto, bayes, gp, tpe, cmaes, random and grid");
}

Result<EarlyStop> parse_early_stop(std::string_view text) {
  if (text == "auto") return EarlyStop::kAuto;
  if (text == "none") return EarlyStop::kNone;
  if (text == "hyperband") return EarlyStop::kHyperband;
  if (text == "median") return EarlyStop::kMedian;
  return invalid(fmt::format("there is no early stop '{}'{}", text,
                             did_you_mean(text, {"auto", "none", "hyperband", "median"})),
                 "the rules are auto, none, hyperband and median");
}

bool is_parameter_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  const auto may_follow = [&](char c) {
    return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.' ||
           c == '-' || c == '/';
  };
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), may_follow);
}

}  // namespace hpopt
