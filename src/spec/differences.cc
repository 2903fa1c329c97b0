#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "space/linear.h"
#include "spec/study_spec.h"

namespace hpopt {
namespace {

/// What a person sees of each part, by the part's name.
using Parts = std::map<std::string, std::string>;

std::string describe_condition(const Condition& condition) {
  std::vector<std::string> values;
  values.reserve(condition.values.size());
  for (const Value& value : condition.values) values.push_back(value.text());
  return fmt::format("when {} is {}", condition.parent, join(values, " or "));
}

std::string describe_objective(const Objective& objective) {
  std::string text = objective.maximize ? "maximize" : "minimize";
  if (objective.over == Over::kLast) text += ", the last report";
  if (!objective.source.empty()) text += ", from " + objective.source;
  if (!objective.regex.empty()) text += ", found by " + objective.regex;
  return text;
}

std::string describe_fidelity(const Fidelity& fidelity) {
  std::string step = fidelity.step > 0 ? fmt::format("; step={}", shortest(fidelity.step)) : "";
  return fmt::format("{}({}, {}{})", fidelity.cut ? "fidelity" : "length", shortest(fidelity.low),
                     shortest(fidelity.high), step);
}

Parts parameter_parts(const StudySpec& spec) {
  Parts parts;
  for (const Parameter& parameter : spec.space.parameters()) {
    parts[parameter.name] = describe(parameter);
  }
  for (const Fidelity& fidelity : spec.fidelities) {
    parts[fidelity.name] = describe_fidelity(fidelity);
  }
  return parts;
}

Parts objective_parts(const StudySpec& spec) {
  Parts parts;
  for (const Objective& objective : spec.objectives) {
    parts["metric " + objective.name] = describe_objective(objective);
  }
  return parts;
}

std::string constraints_text(const StudySpec& spec) {
  std::vector<std::string> texts;
  for (const Constraint& constraint : spec.space.constraints()) {
    texts.push_back(describe(constraint));
  }
  std::sort(texts.begin(), texts.end());
  return texts.empty() ? "none" : join(texts, ", ");
}

void compare(const Parts& before, const Parts& after, std::vector<std::string>& lines) {
  for (const auto& [name, text] : before) {
    const auto found = after.find(name);
    if (found == after.end()) {
      lines.push_back(fmt::format("{}: {} -> removed", name, text));
    } else if (found->second != text) {
      lines.push_back(fmt::format("{}: {} -> {}", name, text, found->second));
    }
  }
  for (const auto& [name, text] : after) {
    if (!before.contains(name)) lines.push_back(fmt::format("{}: new, {}", name, text));
  }
}

/// The parts of the earlier study under the names that they have now.
Parts parts_renamed(const StudySpec& before, const StudySpec& after,
                    std::vector<std::string>& lines) {
  Parts parts = parameter_parts(before);
  for (const auto& [old, name] : after.renamed) {
    auto part = parts.extract(old);
    if (part.empty()) continue;
    part.key() = name;
    parts.insert(std::move(part));
    lines.push_back(fmt::format("{}: is called {} now", old, name));
  }
  return parts;
}

/// One that is gone and one that is new and just the same may be one parameter.
void guess_renamed(const Parts& before, const Parts& after, std::vector<std::string>& lines) {
  for (const auto& [old, text] : before) {
    if (after.contains(old)) continue;
    for (const auto& [name, same] : after) {
      if (before.contains(name) || same != text) continue;
      lines.push_back(
          fmt::format("if {0} is {1} by another name, say --renamed {1}={0}: what is "
                      "known of it is kept",
                      name, old));
    }
  }
}

}  // namespace

std::string describe(const Parameter& parameter) {
  std::string text = describe(parameter.domain);
  if (parameter.default_value) text += "; default=" + parameter.default_value->text();
  if (const auto& belief = parameter.belief) {
    text += "; prior=" + belief->at.text();
    if (belief->spread) text += "; spread=" + shortest(*belief->spread);
  }
  for (const Condition& condition : parameter.when) text += "; " + describe_condition(condition);
  return text;
}

std::vector<std::string> differences(const StudySpec& before, const StudySpec& after) {
  std::vector<std::string> lines;
  const auto compare_text = [&](const char* name, const std::string& old, const std::string& now) {
    if (old != now) lines.push_back(fmt::format("{}: {} -> {}", name, old, now));
  };
  compare_text("command", shell_command(before.command), shell_command(after.command));
  compare(objective_parts(before), objective_parts(after), lines);
  const Parts then = parts_renamed(before, after, lines);
  const Parts now = parameter_parts(after);
  compare(then, now, lines);
  compare_text("constraints", constraints_text(before), constraints_text(after));
  guess_renamed(then, now, lines);
  return lines;
}

}  // namespace hpopt
