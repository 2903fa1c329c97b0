#include "engine/wanted.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr int kDraws = 1000;

Status check_names(const Configuration& wanted, const Space& space) {
  std::vector<std::string> names;
  for (const Parameter& parameter : space.parameters()) names.push_back(parameter.name);
  for (const auto& [name, value] : wanted) {
    if (space.find(name) != nullptr) continue;
    return invalid(
        fmt::format("the space has no parameter '{}'{}", name, did_you_mean(name, names)),
        "leave it out, or declare it", name);
  }
  return success();
}

Error not_active(const Parameter& parameter) {
  std::vector<std::string> conditions;
  for (const Condition& condition : parameter.when) {
    std::vector<std::string> values;
    for (const Value& value : condition.values) values.push_back(value.text());
    conditions.push_back(fmt::format("{} is {}", condition.parent, join(values, " or ")));
  }
  return invalid(fmt::format("'{}' is not active", parameter.name),
                 fmt::format("it is where {}: leave it out", join(conditions, " and ")),
                 parameter.name);
}

/// `free`: whether a parameter was left to us, so that another draw may differ.
Result<Configuration> fill(const Configuration& wanted, const Space& space, bool by_default,
                           Rng& rng, bool& free) {
  Configuration made;
  free = false;
  for (const Parameter& parameter : space.parameters()) {
    const Value* value = wanted.get(parameter.name);
    if (!space.is_active(parameter, made)) {
      if (value != nullptr) return not_active(parameter);
      continue;
    }
    if (value != nullptr) {
      auto fitting = value_for(parameter, *value);
      if (!fitting) return fitting.error();
      made.set(parameter.name, std::move(*fitting));
      continue;
    }
    free = true;
    made.set(parameter.name, by_default && parameter.default_value
                                 ? *parameter.default_value
                                 : from_unit(parameter.domain, rng.uniform()));
  }
  return made;
}

}  // namespace

Result<Configuration> completed(const Configuration& wanted, const Space& space, Rng& rng) {
  if (Status known = check_names(wanted, space); !known) return known.error();
  for (int draw = 0;; ++draw) {
    bool free = false;
    auto made = fill(wanted, space, draw == 0, rng, free);
    if (!made) return made;
    const Status fits = space.check(*made);
    if (fits) return made;
    if (!free || draw == kDraws) return fits.error();
  }
}

Result<Configuration> as_far_as_known(const Configuration& wanted, const Space& space) {
  Configuration made;
  for (const auto& [name, value] : wanted) {
    const Parameter* parameter = space.find(name);
    auto fitting = parameter == nullptr ? Result<Value>(value) : value_for(*parameter, value);
    if (!fitting) return fitting.error();
    made.set(name, std::move(*fitting));
  }
  return made;
}

Result<Value> value_for(const Parameter& parameter, const Value& value) {
  auto nearest = coerce(parameter.domain, value);
  Error wrong = nearest ? Error{} : nearest.error();
  wrong.where = parameter.name;
  if (!nearest) return wrong;
  const bool moved =
      value.is_number() && nearest->is_number() && nearest->as_double() != value.as_double();
  if (!moved) return nearest;
  return invalid(
      fmt::format("{} lies between two steps of {}", value.text(), describe(parameter.domain)),
      fmt::format("the nearest is {}", nearest->text()), parameter.name);
}

}  // namespace hpopt
