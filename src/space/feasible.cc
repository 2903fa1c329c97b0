#include "space/feasible.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "space/grid.h"
#include "space/order.h"

namespace hpopt {
namespace {

/// Constraints that keep pushing one another up for longer than this go in a circle.
constexpr int kMostPasses = 1000;
/// A space is tried out when at most so many configurations are to be listed.
constexpr std::size_t kMostTried = 1000;

bool is_above(double value, double bound, bool strict) {
  return strict ? value > bound : value >= bound;
}

/// The least number of the domain above a bound; none when there is none that can be drawn.
std::optional<double> least_above(const Domain& domain, double bound, bool strict) {
  if (const auto* choice = std::get_if<CategoricalDomain>(&domain)) {
    std::optional<double> least;
    for (const Value& value : choice->values) {
      const double number = value.as_double();
      if (is_above(number, bound, strict) && number < least.value_or(HUGE_VAL)) least = number;
    }
    return least;
  }
  const double nearest = nearest_number(domain, bound).as_double();
  if (is_above(nearest, bound, strict)) return nearest;
  const double step = step_of(domain);
  const double beyond = step > 0 ? nearest + step : std::nextafter(bound, HUGE_VAL);
  const double next = nearest_number(domain, beyond).as_double();
  const bool can_be_drawn = next <= from_unit(domain, 1).as_double();
  return can_be_drawn && is_above(next, bound, strict) ? std::optional(next) : std::nullopt;
}

double least_of(const Domain& domain) {
  if (!is_categorical(domain)) return from_unit(domain, 0).as_double();
  return least_above(domain, -HUGE_VAL, false).value_or(-HUGE_VAL);
}

double greatest_of(const Domain& domain) {
  const auto* choice = std::get_if<CategoricalDomain>(&domain);
  if (choice == nullptr) return from_unit(domain, 1).as_double();
  double greatest = -HUGE_VAL;
  for (const Value& value : choice->values) greatest = std::max(greatest, value.as_double());
  return greatest;
}

/// The least values that parameters which are always active can take: each constraint pushes its
/// right side up until nothing moves any more, or something cannot.
class LeastValues {
 public:
  explicit LeastValues(const Space& space) : space_(space) {
    for (const Parameter& parameter : space.parameters()) {
      if (is_numeric(parameter.domain)) least_[parameter.name] = least_of(parameter.domain);
    }
  }

  Status push_up() {
    for (int pass = 0; pass < kMostPasses; ++pass) {
      moved_ = false;
      for (const Constraint& constraint : space_.constraints()) {
        if (is_conditional(constraint.left) || is_conditional(constraint.right)) continue;
        if (!heed(constraint)) return cannot_be_met(constraint);
      }
      if (!moved_) return success();
    }
    return invalid("no configuration meets the constraints: they go in a circle",
                   "remove one of them");
  }

 private:
  bool is_conditional(const std::string& side) const {
    const Parameter* parameter = space_.find(side);
    return parameter != nullptr && !parameter->when.empty();
  }

  bool heed(const Constraint& constraint) {
    const double bound = least(constraint.left);
    const Parameter* right = space_.find(constraint.right);
    if (is_above(least(constraint.right), bound, constraint.strict)) return true;
    if (right == nullptr) return false;
    const auto raised = least_above(right->domain, bound, constraint.strict);
    if (raised) least_[right->name] = *raised;
    moved_ = true;
    return raised.has_value();
  }

  /// Of a parameter, or the number that stands there.
  double least(const std::string& side) const {
    const auto known = least_.find(side);
    return known != least_.end() ? known->second : parse_number(side).value_or(0);
  }

  Error cannot_be_met(const Constraint& constraint) const {
    std::vector<std::string> bounds;
    if (space_.find(constraint.left) != nullptr) {
      bounds.push_back(
          fmt::format("{} is at least {}", constraint.left, shortest(least(constraint.left))));
    }
    if (const Parameter* right = space_.find(constraint.right)) {
      bounds.push_back(fmt::format("{}{} at most {}", right->name, bounds.empty() ? " is" : "",
                                   shortest(greatest_of(right->domain))));
    }
    return invalid(
        fmt::format("no configuration meets '{}': {}", describe(constraint), join(bounds, ", ")),
        "mend the bounds, or remove the constraint");
  }

  const Space& space_;
  std::map<std::string, double> least_;
  bool moved_ = false;
};

Configuration defaults_of(const Space& space) {
  Configuration configuration;
  for (const Parameter& parameter : space.parameters()) {
    if (!parameter.default_value || !space.is_active(parameter, configuration)) continue;
    configuration.set(parameter.name, *parameter.default_value);
  }
  return configuration;
}

}  // namespace

Status check_feasible(const Space& space) {
  if (space.constraints().empty()) return success();
  if (Status fine = LeastValues(space).push_up(); !fine) return fine;
  if (!space.is_conditional()) return success();
  const auto all = space.enumerate(kMostTried);
  if (!all || !all->empty()) return success();
  return invalid("no configuration meets the constraints", "mend the bounds, or remove one");
}

Status check_defaults(const Space& space) {
  const Configuration defaults = defaults_of(space);
  for (const Constraint& constraint : space.constraints()) {
    if (holds(space, constraint, defaults)) continue;
    std::vector<std::string> broken;
    for (const std::string& side : {constraint.left, constraint.right}) {
      const Value* value = defaults.get(side);
      if (value != nullptr) broken.push_back(fmt::format("'{}' ({})", side, value->text()));
    }
    return invalid(fmt::format("the default{} of {} break{} the constraint '{}'",
                               broken.size() == 1 ? "" : "s", join(broken, " and "),
                               broken.size() == 1 ? "s" : "", describe(constraint)),
                   "change a default, or remove it");
  }
  return success();
}

}  // namespace hpopt
