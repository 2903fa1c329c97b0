#include "space/nearest.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "space/bounds.h"
#include "space/linear.h"

namespace hpopt {
namespace {

constexpr int kMostProjections = 20;

/// Of the inequalities that name active parameters only.
std::vector<std::size_t> active_inequalities(const Space& space,
                                             const Configuration& configuration) {
  std::vector<std::size_t> active;
  for (std::size_t i = 0; i < space.inequalities().size(); ++i) {
    const auto& terms = space.inequalities()[i].terms;
    if (std::all_of(terms.begin(), terms.end(), [&](const Inequality::Term& term) {
          return configuration.has(space.parameters()[term.parameter].name);
        })) {
      active.push_back(i);
    }
  }
  return active;
}

bool is_log(const Domain& domain) {
  if (const auto* real = std::get_if<FloatDomain>(&domain)) return real->scale == Scale::kLog;
  if (const auto* whole = std::get_if<IntDomain>(&domain)) return whole->scale == Scale::kLog;
  const auto* bell = std::get_if<NormalDomain>(&domain);
  return bell != nullptr && bell->log;
}

/// How fast the value grows with the unit coordinate, about; choices are not moved.
double slope_at(const Domain& domain, double value) {
  if (is_categorical(domain)) return 0;
  const double low = from_unit(domain, 0).as_double();
  const double high = from_unit(domain, 1).as_double();
  return is_log(domain) ? value * std::log(high / low) : high - low;
}

/// A value of the domain inside the range, near the unit coordinate.
std::optional<Value> nearest_in(const Domain& domain, const Range& range, double unit) {
  if (range.empty()) return std::nullopt;
  if (is_discrete(domain)) {
    const double wanted = from_unit(domain, unit).as_double();
    return nearest_number(domain, std::clamp(wanted, range.low, range.high));
  }
  const double low = to_unit(domain, nearest_number(domain, range.low));
  const double high = to_unit(domain, nearest_number(domain, range.high));
  constexpr double kFirstShare = 1e-12;
  for (double share = 0; share < 0.5; share = std::max(kFirstShare, 8 * share)) {
    const double inward = share * (high - low);
    Value value = from_unit(domain, std::clamp(unit, low + inward, high - inward));
    if (range.contains(value.as_double())) return value;
  }
  if (range.contains(range.low)) return nearest_number(domain, range.low);
  return std::nullopt;
}

/// Gives the parameters of active constraints their values, one after another.
class Settling {
 public:
  Settling(const Space& space, Configuration& configuration)
      : space_(space),
        configuration_(configuration),
        bounds_(space, active_inequalities(space, configuration)) {}

  [[nodiscard]] std::vector<std::size_t> parameters() const { return bounds_.parameters(); }
  /// false: nothing is left for some parameter.
  [[nodiscard]] bool begin() { return !bounds_.tighten(); }
  [[nodiscard]] const Range& range(std::size_t parameter) const { return bounds_.of(parameter); }

  [[nodiscard]] bool settle(std::size_t parameter, double unit) {
    const auto value =
        nearest_in(space_.parameters()[parameter].domain, bounds_.of(parameter), unit);
    return value && keep(parameter, *value);
  }
  [[nodiscard]] bool keep(std::size_t parameter, const Value& value) {
    bounds_.fix(parameter, value.as_double());
    configuration_.set(space_.parameters()[parameter].name, value);
    return !bounds_.tighten();
  }

 private:
  const Space& space_;
  Configuration& configuration_;
  Bounds bounds_;
};

/// Moves a point of the unit cube towards the half-spaces that it lies outside of.
class Projection {
 public:
  Projection(const Space& space, const Configuration& configuration)
      : space_(space),
        unit_(space.to_unit(configuration)),
        active_(active_inequalities(space, configuration)) {}

  std::vector<double> run() {
    for (int i = 0; i < kMostProjections; ++i) {
      bool moved = false;
      for (const std::size_t inequality : active_) moved |= heed(space_.inequalities()[inequality]);
      if (!moved) break;
    }
    return unit_;
  }

 private:
  bool heed(const Inequality& inequality) {
    double excess = -inequality.bound;
    double steepness = 0;
    std::vector<double> slopes;
    for (const auto& [parameter, coefficient] : inequality.terms) {
      const Domain& domain = space_.parameters()[parameter].domain;
      const double value = from_unit(domain, unit_[parameter]).as_double();
      excess += coefficient * value;
      slopes.push_back(coefficient * slope_at(domain, value));
      steepness += slopes.back() * slopes.back();
    }
    if (!(excess > 0) || !(steepness > 0)) return false;
    for (std::size_t i = 0; i < slopes.size(); ++i) {
      double& unit = unit_[inequality.terms[i].parameter];
      unit = std::clamp(unit - slopes[i] * excess / steepness, 0.0, 1.0);
    }
    return true;
  }

  const Space& space_;
  std::vector<double> unit_;
  std::vector<std::size_t> active_;
};

}  // namespace

std::optional<Configuration> moved_to_allowed(const Space& space, Configuration configuration) {
  const std::vector<double> wanted = Projection(space, configuration).run();
  Settling settling(space, configuration);
  if (!settling.begin()) return std::nullopt;
  for (const std::size_t parameter : settling.parameters()) {
    if (!settling.settle(parameter, wanted[parameter])) return std::nullopt;
  }
  return configuration;
}

void yield_to_defaults(const Space& space, Configuration& configuration) {
  Settling settling(space, configuration);
  bool fine = settling.begin();
  for (const std::size_t i : settling.parameters()) {
    const auto& given = space.parameters()[i].default_value;
    if (given) fine = fine && settling.keep(i, *given);
  }
  for (const std::size_t i : settling.parameters()) {
    const Parameter& parameter = space.parameters()[i];
    if (!fine || parameter.default_value) continue;
    const Range& range = settling.range(i);
    const auto unit = [&](double end) {
      return to_unit(parameter.domain, nearest_number(parameter.domain, end));
    };
    const bool has_middle = range.contains(from_unit(parameter.domain, 0.5).as_double());
    fine = settling.settle(i, has_middle ? 0.5 : (unit(range.low) + unit(range.high)) / 2);
  }
}

}  // namespace hpopt
