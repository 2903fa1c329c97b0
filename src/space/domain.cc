#include "hpopt/domain.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "space/grid.h"

namespace hpopt {
namespace {

constexpr std::uint64_t kMostCounted = std::uint64_t{1} << 53U;
/// The logarithm of the greatest double is 709.
constexpr double kGreatestLog = 700;

Status check_range(double low, double high) {
  if (!std::isfinite(low) || !std::isfinite(high)) {
    return invalid("the bounds of a range must be finite numbers");
  }
  if (low > high) {
    return invalid(fmt::format("the range is empty: {} is above {}", shortest(low), shortest(high)),
                   "swap the bounds");
  }
  return success();
}

Status check_scale(Scale scale, double low) {
  if (scale == Scale::kLinear || low > 0) return success();
  return invalid(fmt::format("a log scale cannot reach down to {}", shortest(low)),
                 "use a lower bound above 0, such as 1e-5");
}

struct Validate {
  Status operator()(const FloatDomain& domain) const {
    if (Status range = check_range(domain.low, domain.high); !range) return range;
    if (Status scale = check_scale(domain.scale, domain.low); !scale) return scale;
    if (!(domain.step >= 0) || std::isinf(domain.step)) return invalid("the step must be above 0");
    const double magnitude = std::max(std::abs(domain.low), std::abs(domain.high));
    if (domain.step > 0 && domain.step < 1e-14 * magnitude) {
      return invalid(fmt::format("the step {} is too small for the range", shortest(domain.step)),
                     "leave it out for a continuous parameter");
    }
    return success();
  }
  Status operator()(const IntDomain& domain) const {
    const double low = static_cast<double>(domain.low);
    if (Status range = check_range(low, static_cast<double>(domain.high)); !range) return range;
    if (domain.low > domain.high) return invalid("the range is empty", "swap the bounds");
    if (Status scale = check_scale(domain.scale, low); !scale) return scale;
    if (domain.step < 1) return invalid("the step of whole numbers must be 1 or more");
    return success();
  }
  Status operator()(const NormalDomain& domain) const {
    if (!std::isfinite(domain.mu)) return invalid("mu must be a finite number");
    if (!(domain.sigma > 0) || std::isinf(domain.sigma)) return invalid("sigma must be above 0");
    if (!(domain.step >= 0) || std::isinf(domain.step)) return invalid("the step must be above 0");
    if (domain.log && std::abs(domain.mu) + 4 * domain.sigma > kGreatestLog) {
      return invalid("a log-normal prior this wide leaves the range of numbers",
                     "mu and sigma are those of the logarithm; use smaller ones");
    }
    return success();
  }
  Status operator()(const BetaDomain& domain) const {
    const bool fine = domain.a > 0 && domain.b > 0 && std::isfinite(domain.a + domain.b);
    if (!fine) return invalid("a and b of a beta prior must be above 0");
    if (!(domain.step >= 0) || domain.step > 1) return invalid("the step must be from 0 to 1");
    if (domain.step > 0 && domain.step < 1e-6) {
      return invalid(fmt::format("the step {} is too small for the range", shortest(domain.step)),
                     "leave it out for a continuous parameter");
    }
    return success();
  }
  Status operator()(const CategoricalDomain& domain) const {
    if (domain.values.empty()) return invalid("there are no values to choose from");
    std::set<Value> seen;
    for (const Value& value : domain.values) {
      if (value.is_string() && !is_utf8(value.as_string())) {
        return invalid(fmt::format("the value {} is no UTF-8", value.json()), "convert the text");
      }
      if (seen.insert(value).second) continue;
      return invalid(fmt::format("the value {} stands twice", value.json()), "remove one of them");
    }
    if (domain.weights.empty()) return success();
    if (domain.weights.size() != domain.values.size()) {
      return invalid(fmt::format("there are {} values but {} weight{}", domain.values.size(),
                                 domain.weights.size(), domain.weights.size() == 1 ? "" : "s"),
                     "give each value a weight");
    }
    for (const double weight : domain.weights) {
      if (!(weight > 0) || std::isinf(weight)) return invalid("a weight must be above 0");
    }
    return success();
  }
  Status operator()(const FixedDomain&) const { return success(); }
};

struct Cardinality {
  using Count = std::optional<std::uint64_t>;
  static Count of(const Grid& grid) {
    return grid.last < kMostCounted ? Count(grid.last + 1) : std::nullopt;
  }
  Count operator()(const FloatDomain& domain) const {
    if (domain.low == domain.high) return 1;
    return domain.step > 0 ? of(grid_of(domain)) : std::nullopt;
  }
  Count operator()(const IntDomain& domain) const { return of(grid_of(domain)); }
  Count operator()(const NormalDomain&) const { return std::nullopt; }
  Count operator()(const BetaDomain& domain) const {
    return domain.step > 0 ? of(grid_of(domain)) : std::nullopt;
  }
  Count operator()(const CategoricalDomain& domain) const { return domain.values.size(); }
  Count operator()(const FixedDomain&) const { return 1; }
};

struct NthValue {
  std::uint64_t index;
  Value operator()(const FloatDomain& domain) const {
    return domain.step > 0 ? grid_value(domain, index) : domain.low;
  }
  Value operator()(const IntDomain& domain) const { return grid_value(domain, index); }
  Value operator()(const NormalDomain& domain) const { return domain.mu; }
  Value operator()(const BetaDomain& domain) const {
    return multiple_of(domain.step, static_cast<double>(index));
  }
  Value operator()(const CategoricalDomain& domain) const { return domain.values.at(index); }
  Value operator()(const FixedDomain& domain) const { return domain.value; }
};

bool is_real_in(const Value& value, double low, double high) {
  if (!value.is_number() || value.is_int()) return false;
  const double number = value.as_double();
  return number >= low && number <= high;
}

/// Of the kind that a whole or fractional step gives, and finite.
bool is_of_step(const Value& value, double step) {
  return value.is_number() && value.is_int() == is_whole_step(step) &&
         std::isfinite(value.as_double());
}

struct Contains {
  const Value& value;
  bool operator()(const FloatDomain& domain) const {
    if (!is_real_in(value, domain.low, domain.high)) return false;
    return domain.step == 0 || on_grid(grid_of(domain), value.as_double());
  }
  bool operator()(const IntDomain& domain) const {
    if (!value.is_int() || value.as_int() < domain.low || value.as_int() > domain.high)
      return false;
    const std::uint64_t distance =
        static_cast<std::uint64_t>(value.as_int()) - static_cast<std::uint64_t>(domain.low);
    return distance % static_cast<std::uint64_t>(domain.step) == 0;
  }
  bool operator()(const NormalDomain& domain) const {
    if (!is_of_step(value, domain.step)) return false;
    const double number = value.as_double();
    if (domain.step == 0) return !domain.log || number > 0;
    return value == multiple_of(domain.step, std::round(number / domain.step)) &&
           (!domain.log || number >= 0);
  }
  bool operator()(const BetaDomain& domain) const {
    if (!is_of_step(value, domain.step)) return false;
    const double number = value.as_double();
    if (number < 0 || number > 1) return false;
    return domain.step == 0 || on_grid(grid_of(domain), number);
  }
  bool operator()(const CategoricalDomain& domain) const {
    return std::find(domain.values.begin(), domain.values.end(), value) != domain.values.end();
  }
  bool operator()(const FixedDomain& domain) const { return domain.value == value; }
};

bool is_number_in(const std::vector<Value>& values) {
  return std::all_of(values.begin(), values.end(), [](const Value& v) { return v.is_number(); });
}

struct NearestNumber {
  double number;
  Value operator()(const FloatDomain& domain) const {
    if (domain.step == 0) return std::clamp(number, domain.low, domain.high);
    return grid_value(domain, nearest_index(grid_of(domain), number));
  }
  Value operator()(const IntDomain& domain) const {
    return grid_value(domain, nearest_index(grid_of(domain), number));
  }
  Value operator()(const NormalDomain& domain) const {
    const double least = domain.log ? std::numeric_limits<double>::min() : number;
    if (domain.step == 0) return std::max(number, least);
    const double count = std::round(number / domain.step);
    return multiple_of(domain.step, domain.log ? std::max(count, 0.0) : count);
  }
  Value operator()(const BetaDomain& domain) const {
    if (domain.step == 0) return std::clamp(number, 0.0, 1.0);
    return multiple_of(domain.step, static_cast<double>(nearest_index(grid_of(domain), number)));
  }
  Value operator()(const CategoricalDomain& domain) const {
    const auto distance = [this](const Value& value) {
      return std::abs(value.as_double() - number);
    };
    return *std::min_element(
        domain.values.begin(), domain.values.end(),
        [&](const Value& a, const Value& b) { return distance(a) < distance(b); });
  }
  Value operator()(const FixedDomain& domain) const { return domain.value; }
};

std::optional<double> number_in(const Value& value) {
  if (value.is_number()) return value.as_double();
  return value.is_string() ? parse_number(trim(value.as_string())) : std::nullopt;
}

/// The bounds inside which a given number is taken for the nearest value of the domain.
std::pair<double, double> bounds_of(const Domain& domain) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (const auto* real = std::get_if<FloatDomain>(&domain)) return {real->low, real->high};
  if (const auto* whole = std::get_if<IntDomain>(&domain)) {
    return {static_cast<double>(whole->low), static_cast<double>(whole->high)};
  }
  if (std::holds_alternative<BetaDomain>(domain)) return {0, 1};
  return {std::get<NormalDomain>(domain).log ? 0 : -kInfinity, kInfinity};
}

Result<Value> coerce_number(const Domain& domain, const Value& value) {
  if (contains(domain, value)) return value;
  const std::optional<double> number = number_in(value);
  if (!number || std::isnan(*number)) {
    return invalid(fmt::format("{} is not a number", value.json()),
                   "the parameter is " + describe(domain));
  }
  const auto [low, high] = bounds_of(domain);
  if (*number < low || *number > high || std::isinf(*number)) {
    return invalid(fmt::format("{} is outside {}", value.text(), describe(domain)));
  }
  if (std::holds_alternative<IntDomain>(domain) && std::floor(*number) != *number) {
    return invalid(fmt::format("{} is not a whole number", value.text()),
                   "the parameter is " + describe(domain));
  }
  return nearest_number(domain, *number);
}

Result<Value> coerce_choice(const CategoricalDomain& domain, const Value& value) {
  std::vector<std::string> texts;
  for (const Value& candidate : domain.values) {
    if (candidate == value) return candidate;
    texts.push_back(candidate.text());
  }
  for (const Value& candidate : domain.values) {
    const bool same_text = candidate.text() == value.text();
    const bool same_number = candidate.is_number() && number_in(value) == candidate.as_double();
    if (same_text || same_number) return candidate;
  }
  return invalid(fmt::format("'{}' is none of {}{}", value.text(), join(texts, ", "),
                             did_you_mean(value.text(), texts)));
}

}  // namespace

Status validate(const Domain& domain) { return std::visit(Validate{}, domain); }

std::optional<std::uint64_t> cardinality(const Domain& domain) {
  return std::visit(Cardinality{}, domain);
}

Value nth_value(const Domain& domain, std::uint64_t index) {
  return std::visit(NthValue{index}, domain);
}

bool contains(const Domain& domain, const Value& value) {
  return std::visit(Contains{value}, domain);
}

Result<Value> coerce(const Domain& domain, const Value& value) {
  if (const auto* choice = std::get_if<CategoricalDomain>(&domain)) {
    return coerce_choice(*choice, value);
  }
  if (const auto* fixed = std::get_if<FixedDomain>(&domain)) {
    return coerce_choice({{fixed->value}, {}}, value);
  }
  return coerce_number(domain, value);
}

bool is_categorical(const Domain& domain) {
  return std::holds_alternative<CategoricalDomain>(domain);
}

bool is_numeric(const Domain& domain) {
  if (const auto* choice = std::get_if<CategoricalDomain>(&domain)) {
    return is_number_in(choice->values);
  }
  if (const auto* fixed = std::get_if<FixedDomain>(&domain)) return fixed->value.is_number();
  return true;
}

Value nearest_number(const Domain& domain, double number) {
  return std::visit(NearestNumber{number}, domain);
}

}  // namespace hpopt
