#include "spec/notices.h"

#include <optional>
#include <set>

#include <fmt/format.h>

#include "spec/placeholder.h"

namespace hpopt {
namespace {

using Lines = std::vector<std::string>;

void add_keys(const StudySpec& spec, Lines& lines) {
  const auto add = [&](std::string_view key, bool given) {
    if (!given) return;
    lines.push_back(fmt::format("'{}' is read, but nothing is done with it yet", key));
  };
  for (const std::string& key : spec.left_out) {
    lines.push_back(fmt::format("'{}' is left out: hpopt finds it by itself", key));
  }
  add("time_ratio", spec.time_ratio.has_value());
  add("resources.gpus", spec.resources.gpus > 0);
  add("resources.memory", spec.resources.memory_bytes > 0);
}

void add_metrics(const StudySpec& spec, Lines& lines) {
  const std::size_t count = spec.objectives.size();
  if (count < 2) return;
  lines.push_back(fmt::format("only the first of {} metrics, '{}', is optimized; the other{}",
                              count, spec.objectives.front().name,
                              count == 2 ? " is recorded" : "s are recorded"));
}

void add_lengths(const StudySpec& spec, Lines& lines) {
  for (const Fidelity& fidelity : spec.fidelities) {
    if (fidelity.cut || fidelity.low == fidelity.high) continue;
    lines.push_back(
        fmt::format("'{}' is not shortened yet: each trial gets the maximum", fidelity.name));
  }
}

/// Names that the command takes; none when it takes all of them, as ${args} does.
std::optional<std::set<std::string>> names_taken(const StudySpec& spec) {
  std::set<std::string> names;
  for (const std::string& argument : spec.command) {
    for (const Piece& piece : take_apart(argument)) {
      if (piece.kind == Piece::Kind::kName && piece.name.starts_with("args")) return std::nullopt;
      if (piece.kind != Piece::Kind::kText) names.insert(piece.name);
    }
  }
  return names;
}

void add_parameters(const StudySpec& spec, Lines& lines) {
  const auto taken = names_taken(spec);
  if (spec.command.empty() || !taken) return;
  for (const Parameter& parameter : spec.space.parameters()) {
    if (taken->contains(parameter.name)) continue;
    lines.push_back(fmt::format(
        "the parameter '{}' is not used by the command: add {} or ${{args}} to it, unless it reads "
        "HPOPT_PARAMS",
        parameter.name, placeholder(parameter.name)));
  }
}

}  // namespace

std::vector<std::string> unused(const StudySpec& spec) {
  Lines lines;
  for (const auto add : {add_keys, add_metrics, add_lengths, add_parameters}) add(spec, lines);
  return lines;
}

}  // namespace hpopt
