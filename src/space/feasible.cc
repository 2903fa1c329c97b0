#include "space/feasible.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/rng.h"
#include "base/text.h"
#include "space/bounds.h"
#include "space/linear.h"
#include "space/linear_program.h"

namespace hpopt {
namespace {

using Indices = std::vector<std::size_t>;

/// All configurations are tried when there are at most so many, else so many draws.
constexpr std::size_t kMostTried = 1000;

/// Of the inequalities whose parameters are always active.
Indices unconditional(const Space& space) {
  Indices found;
  for (std::size_t i = 0; i < space.inequalities().size(); ++i) {
    const auto& terms = space.inequalities()[i].terms;
    const bool always = std::all_of(terms.begin(), terms.end(), [&](const auto& term) {
      return space.parameters()[term.parameter].when.empty();
    });
    if (always) found.push_back(i);
  }
  return found;
}

/// "a is at least 2, lr at most 1": the least that the sum can be.
std::string ends_of(const Space& space, const Inequality& inequality, const Bounds& bounds) {
  std::vector<std::string> ends;
  for (const auto& [parameter, coefficient] : inequality.terms) {
    if (coefficient == 0) continue;
    const Range& range = bounds.of(parameter);
    ends.push_back(fmt::format("{}{} at {} {}", space.parameters()[parameter].name,
                               ends.empty() ? " is" : "", coefficient > 0 ? "least" : "most",
                               shortest(coefficient > 0 ? range.low : range.high)));
  }
  return join(ends, ", ");
}

/// One that cannot be met, as the ends of the ranges show.
Error cannot_be_met(const Space& space, std::size_t inequality, const Bounds& bounds) {
  const std::string ends = ends_of(space, space.inequalities()[inequality], bounds);
  return invalid(
      fmt::format("no configuration meets '{}'{}{}", describe(space.constraints()[inequality]),
                  ends.empty() ? "" : ": ", ends),
      "mend the bounds, or remove the constraint");
}

/// With each parameter as its share of its range.
LinearRow row_of(const Inequality& inequality, const Bounds& bounds, const Indices& parameters) {
  LinearRow row{std::vector<double>(parameters.size(), 0.0), inequality.bound, inequality.strict};
  double size = std::abs(inequality.bound);
  for (const auto& [parameter, coefficient] : inequality.terms) {
    const Range& range = bounds.of(parameter);
    const auto place = std::lower_bound(parameters.begin(), parameters.end(), parameter);
    row.coefficients[static_cast<std::size_t>(place - parameters.begin())] =
        coefficient * (range.high - range.low);
    row.bound -= coefficient * range.low;
    size += std::abs(coefficient) * std::max(std::abs(range.low), std::abs(range.high));
  }
  constexpr double kNothing = 1e-6;  // of the magnitudes: what is less is a rounding error
  double scale = std::max(std::abs(row.bound), kNothing * size);
  for (const double coefficient : row.coefficients) scale = std::max(scale, std::abs(coefficient));
  if (!(scale > 0)) return row;
  row.bound /= scale;
  for (double& coefficient : row.coefficients) coefficient /= scale;
  return row;
}

bool can_be_met(const Space& space, const Bounds& bounds, const Indices& inequalities) {
  const Indices parameters = bounds.parameters();
  std::vector<LinearRow> rows;
  for (const std::size_t i : inequalities) {
    rows.push_back(row_of(space.inequalities()[i], bounds, parameters));
  }
  return can_be_met(rows, parameters.size());
}

/// Of those that cannot be met together as few as show it: each is left out that is not needed.
Indices smallest_conflict(const Space& space, const Bounds& bounds, Indices conflict) {
  for (std::size_t i = conflict.size(); i-- > 0;) {
    Indices fewer = conflict;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (!can_be_met(space, bounds, fewer)) conflict = std::move(fewer);
  }
  return conflict;
}

Status check_reals(const Space& space, const Bounds& bounds) {
  if (can_be_met(space, bounds, bounds.inequalities())) return success();
  const Indices conflict = smallest_conflict(space, bounds, bounds.inequalities());
  if (conflict.size() == 1) return cannot_be_met(space, conflict.front(), bounds);
  std::vector<std::string> texts;
  for (const std::size_t i : conflict) {
    texts.push_back(fmt::format("'{}'", describe(space.constraints()[i])));
  }
  return invalid(fmt::format("no configuration meets {} together", join(texts, " and ")),
                 "mend the bounds, or remove one of them");
}

Status look_for_one(const Space& space) {
  Rng rng(1, 1);
  std::vector<double> draw(space.parameters().size());
  for (std::size_t i = 0; i < kMostTried; ++i) {
    for (double& coordinate : draw) coordinate = rng.uniform();
    if (space.nearest_feasible(draw)) return success();
  }
  const auto all = space.enumerate(kMostTried);
  if (all && !all->empty()) return success();
  return invalid(
      all ? "no configuration meets the constraints"
          : fmt::format("of {} draws none could be brought to meet the constraints", kMostTried),
      "mend the bounds, or remove one");
}

Configuration defaults_of(const Space& space) {
  Configuration configuration;
  for (const Parameter& parameter : space.parameters()) {
    if (!parameter.default_value || !space.is_active(parameter, configuration)) continue;
    configuration.set(parameter.name, *parameter.default_value);
  }
  return configuration;
}

Error broken_defaults(const Space& space, std::size_t inequality, const Configuration& defaults) {
  std::vector<std::string> broken;
  for (const Inequality::Term& term : space.inequalities()[inequality].terms) {
    const std::string& name = space.parameters()[term.parameter].name;
    const Value* value = defaults.get(name);
    if (value != nullptr) broken.push_back(fmt::format("'{}' ({})", name, value->text()));
  }
  return invalid(
      fmt::format("the default{} of {} break{} the constraint '{}'", broken.size() == 1 ? "" : "s",
                  join(broken, " and "), broken.size() == 1 ? "s" : "",
                  describe(space.constraints()[inequality])),
      "change a default, or remove it");
}

}  // namespace

Status check_feasible(const Space& space) {
  if (space.constraints().empty()) return success();
  Bounds bounds(space, unconditional(space));
  if (Status fine = check_reals(space, bounds); !fine) return fine;
  if (const auto broken = bounds.tighten()) return cannot_be_met(space, *broken, bounds);
  return look_for_one(space);
}

Status check_defaults(const Space& space) {
  const Configuration defaults = defaults_of(space);
  for (std::size_t i = 0; i < space.inequalities().size(); ++i) {
    if (!holds(space, space.inequalities()[i], defaults))
      return broken_defaults(space, i, defaults);
  }
  Bounds bounds(space, unconditional(space));
  for (const std::size_t i : bounds.parameters()) {
    const Value* value = defaults.get(space.parameters()[i].name);
    if (value != nullptr) bounds.fix(i, value->as_double());
  }
  const auto broken = bounds.tighten();
  return broken ? broken_defaults(space, *broken, defaults) : success();
}

}  // namespace hpopt
