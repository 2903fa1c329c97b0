// Functions to minimise whose answers are known, for tests.
#pragma once

#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include "hpopt/space.h"

namespace hpopt::testing {

inline double number(const Configuration& configuration, const std::string& name) {
  return configuration.get(name)->as_double();
}

inline Space cube(int axes) {
  Space space;
  for (int i = 0; i < axes; ++i) {
    space.add({.name = "x" + std::to_string(i), .domain = FloatDomain{0, 1}}).value();
  }
  return space;
}

/// From the point whose coordinates are all 0.4, the squared distance.
inline double bowl(const Configuration& configuration) {
  constexpr double kBottom = 0.4;
  double sum = 0;
  for (const auto& [name, value] : configuration) {
    sum += (value.as_double() - kBottom) * (value.as_double() - kBottom);
  }
  return sum;
}

/// Least value 0.397887.
inline Space branin_space() {
  Space space;
  space.add(Parameter{.name = "x", .domain = FloatDomain{-5, 10}}).value();
  space.add(Parameter{.name = "y", .domain = FloatDomain{0, 15}}).value();
  return space;
}
inline double branin(const Configuration& c) {
  using std::numbers::pi;
  const double x = number(c, "x");
  const double bowl = number(c, "y") - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6;
  return bowl * bowl + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10;
}

/// Least value -3.32237.
inline Space hartmann6_space() {
  Space space;
  for (int i = 0; i < 6; ++i) {
    space.add(Parameter{.name = "x" + std::to_string(i), .domain = FloatDomain{0, 1}}).value();
  }
  return space;
}
inline double hartmann6(const Configuration& c) {
  constexpr std::array<double, 4> kAlpha = {1.0, 1.2, 3.0, 3.2};
  constexpr std::array<std::array<double, 6>, 4> kA = {{{10, 3, 17, 3.5, 1.7, 8},
                                                        {0.05, 10, 17, 0.1, 8, 14},
                                                        {3, 3.5, 1.7, 10, 17, 8},
                                                        {17, 8, 0.05, 10, 0.1, 14}}};
  constexpr std::array<std::array<double, 6>, 4> kP = {
      {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
       {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
       {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
       {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}}};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    double exponent = 0;
    for (std::size_t j = 0; j < 6; ++j) {
      const double offset = number(c, "x" + std::to_string(j)) - kP[i][j];
      exponent += kA[i][j] * offset * offset;
    }
    sum -= kAlpha[i] * std::exp(-exponent);
  }
  return sum;
}

/// A choice opens parameters of its own; only branch c, with both of its parameters right, is best.
/// Least value 0.
inline Space branching_space() {
  Space space;
  space.add(Parameter{.name = "lr", .domain = FloatDomain{1e-5, 1, Scale::kLog}}).value();
  space.add(Parameter{.name = "kind", .domain = CategoricalDomain{{"a", "b", "c"}, {}}}).value();
  space.add(Parameter{.name = "a.u", .domain = FloatDomain{0, 1}, .when = {{"kind", {"a"}}}})
      .value();
  space.add(Parameter{.name = "b.n", .domain = IntDomain{1, 8}, .when = {{"kind", {"b"}}}}).value();
  space.add(Parameter{.name = "c.u", .domain = FloatDomain{0, 1}, .when = {{"kind", {"c"}}}})
      .value();
  space.add(Parameter{.name = "c.v", .domain = FloatDomain{0, 1}, .when = {{"kind", {"c"}}}})
      .value();
  return space;
}
inline double branching(const Configuration& c) {
  const double rate = std::log10(number(c, "lr")) + 2.5;
  const std::string& kind = c.get("kind")->as_string();
  if (kind == "a") return 0.6 + 0.2 * rate * rate + std::abs(number(c, "a.u") - 0.2);
  if (kind == "b") return 0.5 + 0.2 * rate * rate + 0.1 * std::abs(number(c, "b.n") - 3);
  const double u = number(c, "c.u") - 0.7;
  const double v = number(c, "c.v") - 0.3;
  return 0.2 * rate * rate + 4 * (u * u + v * v);
}

}  // namespace hpopt::testing
