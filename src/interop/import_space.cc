#include "interop/import_space.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace hpopt {
namespace {

/// Of a step: nearer to a value of the grid than this, a number is that value.
constexpr double kSameValue = 1e-6;
/// Positive numbers that span more than this were drawn from a log scale.
constexpr double kWideRange = 1000;

Scale common_scale(Scale a, Scale b, double low) {
  return a == Scale::kLog && b == Scale::kLog && low > 0 ? Scale::kLog : Scale::kLinear;
}

bool on_step(double distance, double step) {
  const double count = distance / step;
  return std::abs(count - std::round(count)) <= kSameValue;
}

/// The domain that covers two of one kind; none: they are of different kinds.
struct Cover {
  using Covered = std::optional<Domain>;

  Covered operator()(const FloatDomain& a, const FloatDomain& b) const {
    const double low = std::min(a.low, b.low);
    const bool same_grid = a.step > 0 && a.step == b.step && on_step(a.low - b.low, a.step);
    return FloatDomain{low, std::max(a.high, b.high), common_scale(a.scale, b.scale, low),
                       same_grid ? a.step : 0};
  }
  Covered operator()(const IntDomain& a, const IntDomain& b) const {
    const std::int64_t low = std::min(a.low, b.low);
    const bool same_grid = a.step == b.step && (a.low - b.low) % a.step == 0;
    return IntDomain{low, std::max(a.high, b.high),
                     common_scale(a.scale, b.scale, static_cast<double>(low)),
                     same_grid ? a.step : 1};
  }
  Covered operator()(const CategoricalDomain& a, const CategoricalDomain& b) const {
    CategoricalDomain both = a;
    for (const Value& value : b.values) {
      const auto& values = both.values;
      if (std::find(values.begin(), values.end(), value) == values.end()) {
        both.values.push_back(value);
      }
    }
    return both;
  }
  template <typename A, typename B>
  Covered operator()(const A&, const B&) const {
    return std::nullopt;
  }
};

/// The range of one value, on the grid of a domain if it stands on it.
struct RangeOf {
  const Value& value;
  using Range = std::optional<Domain>;

  Range operator()(const FloatDomain& domain) const {
    if (!value.is_number()) return std::nullopt;
    const double number = value.as_double();
    const bool on_grid = domain.step > 0 && on_step(number - domain.low, domain.step);
    const bool inside = number >= domain.low && number <= domain.high;
    if (inside && (on_grid || domain.step == 0)) return domain;
    return FloatDomain{number, number, domain.scale, on_grid ? domain.step : 0};
  }
  Range operator()(const IntDomain& domain) const {
    if (!value.is_int()) return std::nullopt;
    return IntDomain{value.as_int(), value.as_int(), domain.scale, domain.step};
  }
  Range operator()(const CategoricalDomain&) const { return CategoricalDomain{{value}, {}}; }
  template <typename Other>
  Range operator()(const Other&) const {
    return std::nullopt;
  }
};

std::optional<Domain> cover(const Domain& a, const Domain& b) { return std::visit(Cover{}, a, b); }

Result<Domain> widened(const std::string& name, Domain domain, const std::set<Value>& values) {
  for (const Value& value : values) {
    const std::optional<Domain> range = std::visit(RangeOf{value}, domain);
    if (!range) {
      return invalid(fmt::format("parameter '{}' is {}, and a trial has {}", name, describe(domain),
                                 value.json()));
    }
    domain = *cover(domain, *range);
  }
  return domain;
}

/// Of what was tried, where nothing was declared. REQUIRES: values.
Domain inferred(const std::set<Value>& values) {
  const auto all = [&](bool (Value::*is)() const) {
    return std::all_of(values.begin(), values.end(), [&](const Value& v) { return (v.*is)(); });
  };
  if (!all(&Value::is_number)) return CategoricalDomain{{values.begin(), values.end()}, {}};
  const auto [least, greatest] = std::minmax_element(
      values.begin(), values.end(),
      [](const Value& a, const Value& b) { return a.as_double() < b.as_double(); });
  const double low = least->as_double();
  const double high = greatest->as_double();
  const Scale scale = low > 0 && high / low > kWideRange ? Scale::kLog : Scale::kLinear;
  if (all(&Value::is_int)) return IntDomain{least->as_int(), greatest->as_int(), scale, 1};
  return FloatDomain{low, high, scale, 0};
}

}  // namespace

SpaceBuilder::Known& SpaceBuilder::known(const std::string& name) {
  const auto [place, fresh] = places_.try_emplace(name, known_.size());
  if (fresh) known_.push_back({name, std::nullopt, {}});
  return known_[place->second];
}

Status SpaceBuilder::declare(const std::string& name, const Domain& domain) {
  std::optional<Domain>& before = known(name).domain;
  if (!before) {
    before = domain;
    return success();
  }
  if (*before == domain) return success();
  std::optional<Domain> both = cover(*before, domain);
  if (!both) {
    return invalid(fmt::format("parameter '{}' is {} in one trial and {} in another", name,
                               describe(*before), describe(domain)),
                   "give one of the two another name");
  }
  before = std::move(both);
  return success();
}

void SpaceBuilder::include(const std::string& name, const Value& value) {
  known(name).values.insert(value);
}

Result<Space> SpaceBuilder::build() const {
  Space space;
  for (const Known& known : known_) {
    if (!known.domain && known.values.empty()) continue;
    auto domain = known.domain ? widened(known.name, *known.domain, known.values)
                               : Result<Domain>(inferred(known.values));
    if (!domain) return domain.error();
    Status added = space.add({.name = known.name, .domain = std::move(*domain)});
    if (!added) return added.error();
  }
  return space;
}

Status bring_into(const Space& space, std::vector<ImportedTrial>& trials) {
  for (ImportedTrial& trial : trials) {
    Configuration brought;
    for (const auto& [name, value] : trial.configuration) {
      auto coerced = coerce(space.find(name)->domain, value);
      if (!coerced) {
        return invalid(fmt::format("{} of trial {}: {}", name, trial.label, coerced.error().what));
      }
      brought.set(name, std::move(*coerced));
    }
    trial.configuration = std::move(brought);
  }
  return success();
}

}  // namespace hpopt
