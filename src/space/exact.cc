#include "space/exact.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "space/grid.h"

namespace hpopt {
namespace {

/// As a share of the step; what is nearer than this is rounding noise.
constexpr double kNoise = 1e-9;

/// "write 64 or 72"; only one of them where the domain ends.
std::string nearest_values(const Domain& domain, double number) {
  const Value near = nearest_number(domain, number);
  const double step = near.as_double() < number ? step_of(domain) : -step_of(domain);
  const Value other = nearest_number(domain, near.as_double() + step);
  if (other == near) return "write " + near.text();
  const auto [low, high] = std::minmax(
      near, other, [](const Value& a, const Value& b) { return a.as_double() < b.as_double(); });
  return fmt::format("write {} or {}", low.text(), high.text());
}

}  // namespace

Result<Value> coerce_exactly(const Domain& domain, const Value& value) {
  Result<Value> coerced = coerce(domain, value);
  const double step = step_of(domain);
  if (!coerced || step == 0) return coerced;
  const std::optional<double> number =
      value.is_number() ? std::optional(value.as_double()) : parse_number(trim(value.text()));
  if (!number || std::abs(coerced->as_double() - *number) <= kNoise * step) return coerced;
  return invalid(fmt::format("{} is no value of {}", value.text(), describe(domain)),
                 nearest_values(domain, *number));
}

}  // namespace hpopt
