// Domain: the set that one parameter's value is drawn from, its prior, and its map to [0, 1].
//
// The unit map sends the prior to the uniform distribution on [0, 1]: u = F(x). Quantised domains
// divide [0, 1] into cells, one a value and as wide as its prior weight; a value maps to the middle
// of its cell. Continuous domains draw decimals of as many digits, 14 at most, as a double u can
// tell apart. So the way back is exact: from_unit(domain, to_unit(domain, x)) == x for every x that
// from_unit draws, the bounds included.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hpopt/result.h"
#include "hpopt/value.h"

namespace hpopt {

enum class Scale : std::uint8_t {
  kLinear,
  kLog,  ///< Uniform in log x, which is uniform in log 1/x too; low > 0.
};

struct FloatDomain {
  double low = 0;
  double high = 1;
  Scale scale = Scale::kLinear;
  double step = 0;  ///< 0: continuous; else the values low, low + step, ... up to high.
  friend bool operator==(const FloatDomain&, const FloatDomain&) = default;
};

struct IntDomain {
  std::int64_t low = 0;
  std::int64_t high = 1;
  Scale scale = Scale::kLinear;
  std::int64_t step = 1;  ///< The values low, low + step, ... up to high.
  friend bool operator==(const IntDomain&, const IntDomain&) = default;
};

/// Unbounded with a bell-shaped prior; from_unit draws from its central 99.9%.
struct NormalDomain {
  double mu = 0;
  double sigma = 1;  ///< > 0
  bool log = false;  ///< exp of a normal variable.
  double step = 0;   ///< 0: continuous; else multiples of it; a whole step gives integers.
  friend bool operator==(const NormalDomain&, const NormalDomain&) = default;
};

/// Beta(a, b) on [0, 1].
struct BetaDomain {
  double a = 1;
  double b = 1;
  double step = 0;  ///< 0: continuous; else the multiples of it up to 1; step 1 gives integers.
  friend bool operator==(const BetaDomain&, const BetaDomain&) = default;
};

struct CategoricalDomain {
  std::vector<Value> values;    ///< Distinct, at least one.
  std::vector<double> weights;  ///< Empty: equal; else one > 0 a value.
  friend bool operator==(const CategoricalDomain&, const CategoricalDomain&) = default;
};

struct FixedDomain {
  Value value;
  friend bool operator==(const FixedDomain&, const FixedDomain&) = default;
};

using Domain =
    std::variant<FloatDomain, IntDomain, NormalDomain, BetaDomain, CategoricalDomain, FixedDomain>;

/// What is wrong with a domain, as one line a user understands (empty range, log that touches
/// zero).
[[nodiscard]] Status validate(const Domain& domain);
/// The number of its values; none when continuous, unbounded or more than 2^53.
[[nodiscard]] std::optional<std::uint64_t> cardinality(const Domain& domain);
/// The i-th value in ascending (categorical: given) order. REQUIRES: i < cardinality(domain).
[[nodiscard]] Value nth_value(const Domain& domain, std::uint64_t index);
[[nodiscard]] bool contains(const Domain& domain, const Value& value);
/// In [0, 1]. REQUIRES: contains(domain, value).
[[nodiscard]] double to_unit(const Domain& domain, const Value& value);
/// Any real is clamped to [0, 1] first; the result is always in the domain.
[[nodiscard]] Value from_unit(const Domain& domain, double unit);
/// The value of the domain nearest to what is given ("64" for an int, 3.0 for an int); an error
/// when it is of another kind or outside.
[[nodiscard]] Result<Value> coerce(const Domain& domain, const Value& value);
[[nodiscard]] bool is_categorical(const Domain& domain);
/// Whether every value is a number, so that an order constraint can speak of it.
[[nodiscard]] bool is_numeric(const Domain& domain);
/// The number of the domain nearest to the one given, which may lie outside. REQUIRES: is_numeric.
[[nodiscard]] Value nearest_number(const Domain& domain, double number);
/// "log(1e-05, 1)", "int(8, 256; step=8)", "choice(sgd, adam)": as the inline form writes it.
[[nodiscard]] std::string describe(const Domain& domain);

}  // namespace hpopt
