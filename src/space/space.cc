#include "hpopt/space.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"
#include "space/exact.h"
#include "space/linear.h"
#include "space/nearest.h"
#include "space/order.h"

namespace hpopt {
namespace {

std::vector<std::string> names_of(const std::vector<Parameter>& parameters) {
  std::vector<std::string> names;
  names.reserve(parameters.size());
  for (const Parameter& parameter : parameters) names.push_back(parameter.name);
  return names;
}

Error about(const std::string& name, Error error) {
  error.what = fmt::format("parameter '{}': {}", name, error.what);
  return error;
}

Error unknown_parent(const std::string& parent, const std::vector<Parameter>& parameters) {
  return invalid(fmt::format("the condition names '{}', which is no parameter{}", parent,
                             did_you_mean(parent, names_of(parameters))),
                 "name a parameter of the study");
}

/// Values are brought to the kinds of the parent's domain, so that they can be compared for
/// equality.
Status normalize(Condition& condition, const std::vector<Parameter>& parameters) {
  const auto parent = std::find_if(parameters.begin(), parameters.end(),
                                   [&](const Parameter& p) { return p.name == condition.parent; });
  if (parent == parameters.end()) return unknown_parent(condition.parent, parameters);
  if (condition.values.empty()) {
    return invalid(fmt::format("the condition gives no value of '{}'", condition.parent));
  }
  for (Value& value : condition.values) {
    Result<Value> coerced = coerce_exactly(parent->domain, value);
    if (!coerced) {
      return invalid(fmt::format("'{}' can never be {}: {}", condition.parent, value.text(),
                                 coerced.error().what),
                     coerced.error().mend);
    }
    value = std::move(*coerced);
  }
  return success();
}

/// Between two steps of the domain the nearer one is meant.
Status normalize(Belief& belief, const Domain& domain) {
  Result<Value> coerced = coerce(domain, belief.at);
  if (!coerced) return invalid("the prior " + coerced.error().what, coerced.error().mend);
  belief.at = std::move(*coerced);
  if (!belief.spread) return success();
  const double most = is_categorical(domain) ? 1 : std::numeric_limits<double>::infinity();
  if (*belief.spread > 0 && *belief.spread < most) return success();
  return invalid(fmt::format("the spread {} of the prior is not {}", shortest(*belief.spread),
                             is_categorical(domain) ? "between 0 and 1" : "above 0"),
                 "leave it out for the default");
}

Status normalize(Parameter& parameter, const std::vector<Parameter>& parameters) {
  if (Status valid = validate(parameter.domain); !valid) return valid;
  for (Condition& condition : parameter.when) {
    if (Status fine = normalize(condition, parameters); !fine) return fine;
  }
  if (parameter.belief) {
    if (Status fine = normalize(*parameter.belief, parameter.domain); !fine) return fine;
  }
  if (!parameter.default_value) return success();
  Result<Value> coerced = coerce_exactly(parameter.domain, *parameter.default_value);
  if (!coerced) {
    return invalid("the default " + coerced.error().what, coerced.error().mend);
  }
  parameter.default_value = std::move(*coerced);
  return success();
}

}  // namespace

Status Space::add(Parameter parameter) {
  if (parameter.name.empty()) return invalid("a parameter has no name");
  if (find(parameter.name) != nullptr) {
    return invalid(fmt::format("the parameter '{}' stands twice", parameter.name),
                   "remove or rename one of them");
  }
  if (Status fine = normalize(parameter, parameters_); !fine) {
    return about(parameter.name, fine.error());
  }
  parameters_.push_back(std::move(parameter));
  return success();
}

Status Space::add(Constraint constraint) {
  Result<Inequality> inequality = read_inequality(*this, constraint);
  if (!inequality) return inequality.error();
  constraints_.push_back(std::move(constraint));
  inequalities_.push_back(std::move(*inequality));
  return success();
}

const Parameter* Space::find(std::string_view name) const {
  const std::optional<std::size_t> index = index_of(name);
  return index ? &parameters_[*index] : nullptr;
}

std::optional<std::size_t> Space::index_of(std::string_view name) const {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].name == name) return i;
  }
  return std::nullopt;
}

bool Space::is_conditional() const {
  return std::any_of(parameters_.begin(), parameters_.end(),
                     [](const Parameter& parameter) { return !parameter.when.empty(); });
}

bool Space::is_active(const Parameter& parameter, const Configuration& so_far) const {
  return std::all_of(parameter.when.begin(), parameter.when.end(), [&](const Condition& condition) {
    const Value* value = so_far.get(condition.parent);
    return value != nullptr && std::find(condition.values.begin(), condition.values.end(),
                                         *value) != condition.values.end();
  });
}

Status Space::check(const Configuration& configuration) const {
  std::size_t active = 0;
  for (const Parameter& parameter : parameters_) {
    const Value* value = configuration.get(parameter.name);
    if (is_active(parameter, configuration)) {
      ++active;
      if (value == nullptr) {
        return invalid(fmt::format("parameter '{}' has no value", parameter.name));
      }
      if (!contains(parameter.domain, *value)) {
        return invalid(fmt::format("parameter '{}': {} is not of {}", parameter.name, value->json(),
                                   describe(parameter.domain)));
      }
    } else if (value != nullptr) {
      return invalid(fmt::format("parameter '{}' has a value but is not active", parameter.name));
    }
  }
  if (active != configuration.size()) {
    for (const auto& [name, value] : configuration) {
      if (find(name) != nullptr) continue;
      return invalid(
          fmt::format("'{}' is no parameter{}", name, did_you_mean(name, names_of(parameters_))));
    }
  }
  for (std::size_t i = 0; i < constraints_.size(); ++i) {
    if (holds(*this, inequalities_[i], configuration)) continue;
    return invalid(fmt::format("the constraint {} does not hold", describe(constraints_[i])));
  }
  return success();
}

bool Space::satisfies_constraints(const Configuration& configuration) const {
  return std::all_of(inequalities_.begin(), inequalities_.end(), [&](const Inequality& inequality) {
    return holds(*this, inequality, configuration);
  });
}

std::vector<double> Space::to_unit(const Configuration& configuration) const {
  std::vector<double> unit;
  unit.reserve(parameters_.size());
  for (const Parameter& parameter : parameters_) {
    const Value* value = configuration.get(parameter.name);
    const bool has_place = value != nullptr && contains(parameter.domain, *value);
    unit.push_back(has_place ? hpopt::to_unit(parameter.domain, *value)
                             : std::numeric_limits<double>::quiet_NaN());
  }
  return unit;
}

Configuration Space::from_unit(std::span<const double> unit) const {
  Configuration configuration;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    if (!is_active(parameter, configuration)) continue;
    configuration.set(parameter.name, hpopt::from_unit(parameter.domain, unit[i]));
  }
  return configuration;
}

std::optional<Configuration> Space::feasible_from_unit(std::span<const double> unit) const {
  Configuration configuration = from_unit(unit);
  if (satisfies_constraints(configuration)) return configuration;
  std::optional<Configuration> sorted = sort_in_conflict(*this, std::move(configuration));
  // A value that moved may be a parent: then other parameters may have become active, or not.
  if (sorted && !check(*sorted)) return std::nullopt;
  return sorted;
}

std::optional<Configuration> Space::nearest_feasible(std::span<const double> unit) const {
  Configuration configuration = from_unit(unit);
  if (satisfies_constraints(configuration)) return configuration;
  std::optional<Configuration> moved = sort_in_conflict(*this, configuration);
  if (!moved || !check(*moved)) moved = moved_to_allowed(*this, moved ? *moved : configuration);
  if (moved && !check(*moved)) return std::nullopt;
  return moved;
}

std::optional<Configuration> Space::default_configuration() const {
  Configuration configuration;
  bool any_default = false;
  for (const Parameter& parameter : parameters_) {
    if (!is_active(parameter, configuration)) continue;
    any_default = any_default || parameter.default_value.has_value();
    configuration.set(parameter.name, parameter.default_value
                                          ? *parameter.default_value
                                          : hpopt::from_unit(parameter.domain, 0.5));
  }
  if (!any_default) return std::nullopt;
  yield_to_defaults(*this, configuration);
  return check(configuration) ? std::optional(std::move(configuration)) : std::nullopt;
}

}  // namespace hpopt
