// Generators of domains and spaces for property tests.
#pragma once

#include <cmath>
#include <functional>
#include <string>

#include <rapidcheck.h>

#include "hpopt/space.h"

namespace hpopt::testing {

/// A multiple of 2^-30 in [0, 1].
inline rc::Gen<double> any_unit() {
  return rc::gen::map(rc::gen::inRange(0, (1 << 30) + 1),
                      [](int draw) { return std::ldexp(static_cast<double>(draw), -30); });
}

inline double between(double low, double high) { return low + *any_unit() * (high - low); }

inline Domain any_float() {
  const double low = between(-100, 100) * std::pow(10.0, *rc::gen::inRange(-6, 7));
  return FloatDomain{low, low + between(1e-3, 100) * std::pow(10.0, *rc::gen::inRange(-3, 7))};
}

inline Domain any_log_float() {
  const double low = std::pow(10.0, between(-200, 10));
  return FloatDomain{low, low * std::pow(10.0, between(0.01, 150)), Scale::kLog, 0};
}

inline Domain any_stepped_float() {
  const double step = between(0.001, 3);
  const double low = between(-10, 10);
  return FloatDomain{low, low + step * between(0, 300), Scale::kLinear, step};
}

inline Domain any_stepped_log_float() {
  const double step = between(0.001, 3);
  const double low = between(0.0001, 10);
  return FloatDomain{low, low + step * between(0, 300), Scale::kLog, step};
}

inline Domain any_int() {
  const std::int64_t low = *rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000);
  const std::int64_t width = *rc::gen::inRange<std::int64_t>(0, 100'000'000);
  return IntDomain{low, low + width, Scale::kLinear, *rc::gen::inRange<std::int64_t>(1, 50)};
}

inline Domain any_log_int() {
  const std::int64_t low = *rc::gen::inRange<std::int64_t>(1, 1000);
  const std::int64_t width = *rc::gen::inRange<std::int64_t>(0, 100'000'000);
  return IntDomain{low, low + width, Scale::kLog, *rc::gen::inRange<std::int64_t>(1, 50)};
}

inline Domain any_normal() {
  const bool stepped = *rc::gen::arbitrary<bool>();
  return NormalDomain{between(-5, 5), between(0.01, 10), *rc::gen::arbitrary<bool>(),
                      stepped ? between(0.01, 2) : 0};
}

inline Domain any_whole_normal() {
  return NormalDomain{between(-50, 50), between(0.1, 30), false,
                      static_cast<double>(*rc::gen::inRange(1, 5))};
}

inline Domain any_beta() { return BetaDomain{between(0.3, 20), between(0.3, 20), 0}; }

inline Domain any_stepped_beta() {
  return BetaDomain{between(0.3, 20), between(0.3, 20), between(0.001, 1)};
}

inline Domain any_choice() {
  CategoricalDomain domain;
  const int count = *rc::gen::inRange(1, 8);
  const bool weighted = *rc::gen::arbitrary<bool>();
  for (int i = 0; i < count; ++i) {
    if (i % 3 == 0) domain.values.emplace_back("choice" + std::to_string(i));
    if (i % 3 == 1) domain.values.emplace_back(i);
    if (i % 3 == 2) domain.values.emplace_back(i + 0.5);
    if (weighted) domain.weights.push_back(between(0.01, 1));
  }
  return domain;
}

inline rc::Gen<Domain> any_domain() {
  return rc::gen::exec([] {
    switch (*rc::gen::inRange(0, 12)) {
      case 0:
        return any_float();
      case 1:
        return any_log_float();
      case 2:
        return any_stepped_float();
      case 3:
        return any_stepped_log_float();
      case 4:
        return any_int();
      case 5:
        return any_log_int();
      case 6:
        return any_normal();
      case 7:
        return any_whole_normal();
      case 8:
        return any_beta();
      case 9:
        return any_stepped_beta();
      case 10:
        return any_choice();
      default:
        return Domain(FixedDomain{"constant"});
    }
  });
}

/// Of the kinds that are finite, though perhaps large.
inline Domain any_finite_domain() {
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      return any_stepped_float();
    case 1:
      return any_stepped_log_float();
    case 2:
      return any_int();
    case 3:
      return any_log_int();
    case 4:
      return any_stepped_beta();
    default:
      return any_choice();
  }
}

/// A domain of at most `most` values.
inline Domain any_small_domain(int most) {
  const int count = *rc::gen::inRange(1, most + 1);
  if (*rc::gen::arbitrary<bool>()) return IntDomain{3, 3 + 2 * (count - 1), Scale::kLinear, 2};
  CategoricalDomain domain;
  for (int i = 0; i < count; ++i) domain.values.emplace_back(i);
  return domain;
}

/// Up to five parameters, each depending on an earlier one now and then.
inline Space any_space(const std::function<Domain()>& domain, bool conditional) {
  Space space;
  const int count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i) {
    Parameter parameter{.name = "p" + std::to_string(i), .domain = domain()};
    if (conditional && i > 0 && *rc::gen::arbitrary<bool>()) {
      const auto at = static_cast<std::size_t>(*rc::gen::inRange(0, i));
      const Parameter& parent = space.parameters()[at];
      parameter.when.push_back({parent.name, {from_unit(parent.domain, *any_unit())}});
    }
    if (*rc::gen::arbitrary<bool>()) {
      parameter.belief = Belief{from_unit(parameter.domain, *any_unit())};
      if (*rc::gen::arbitrary<bool>()) parameter.belief->spread = between(0.01, 0.99);
    }
    RC_ASSERT(space.add(std::move(parameter)).ok());
  }
  return space;
}

/// Numeric parameters of all kinds under constraints that one of its configurations, at least,
/// meets with some room.
inline Space any_constrained_space() {
  Space space;
  const int count = *rc::gen::inRange(2, 5);
  for (int i = 0; i < count; ++i) {
    const std::vector<Domain> domains{FloatDomain{-1, 3},
                                      FloatDomain{1e-4, 1, Scale::kLog},
                                      FloatDomain{0, 1, Scale::kLinear, 0.1},
                                      IntDomain{16, 512, Scale::kLog, 8},
                                      IntDomain{0, 20},
                                      CategoricalDomain{{64, 16, 32}, {}}};
    RC_ASSERT(
        space.add({.name = "p" + std::to_string(i), .domain = *rc::gen::elementOf(domains)}).ok());
  }
  std::vector<double> unit;
  for (int i = 0; i < count; ++i) unit.push_back(*any_unit());
  const Configuration allowed = space.from_unit(unit);
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    std::string left;
    double sum = 0;
    double size = 0;
    for (const Parameter& parameter : space.parameters()) {
      const int coefficient = *rc::gen::inRange(-3, 4);
      if (coefficient == 0) continue;
      const double value = allowed.get(parameter.name)->as_double();
      left += " + " + std::to_string(coefficient) + "*" + parameter.name;
      sum += coefficient * value;
      size += std::abs(coefficient * value);
    }
    if (left.empty()) continue;
    const std::string right = std::to_string(sum + between(0.05, 1) * (size + 0.1));
    RC_ASSERT(space.add(Constraint{left, right, *rc::gen::arbitrary<bool>()}).ok());
  }
  return space;
}

}  // namespace hpopt::testing
