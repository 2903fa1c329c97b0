// Space: the parameters of a study, the conditions under which they are active, and the constraints
// that hold between them.
//
//   Space space;
//   space.add({.name = "opt", .domain = CategoricalDomain{{"sgd", "adam"}, {}}});
//   space.add({.name = "momentum", .domain = FloatDomain{0, 0.99}, .when = {{"opt", {"sgd"}}}});
//
// Threads: const use is safe. A parameter's parents (the names in `when`) come before it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpopt/domain.h"
#include "hpopt/result.h"
#include "hpopt/value.h"

namespace hpopt {

/// Holds when the parent is active and its value is one of these.
struct Condition {
  std::string parent;
  std::vector<Value> values;
  friend bool operator==(const Condition&, const Condition&) = default;
};

/// Where the user expects the best value, and how surely: what a search begins with and forgets as
/// it learns. Of a choice `spread` is the probability that all other choices share; of numbers it
/// is a standard deviation: in decades where the scale is logarithmic, else as a share of the range
/// (of a normal or beta prior: of its probability).
struct Belief {
  Value at = {};
  std::optional<double> spread = {};  ///< None: 0.5 decades, 0.15 of a range, 0.5 for the others.
  friend bool operator==(const Belief&, const Belief&) = default;
};

struct Parameter {
  std::string name = {};  ///< Nested parameters have dotted names: "optimizer.lr".
  Domain domain = {};
  std::vector<Condition> when = {};         ///< All must hold; empty: always active.
  std::optional<Value> default_value = {};  ///< Tried first.
  std::optional<Belief> belief = {};
  friend bool operator==(const Parameter&, const Parameter&) = default;
};

/// left < right (or <=); each side linear in the parameters: "lr", "512", "2*a + b - 1", "(a -
/// b)/4". Holds when a parameter that it names is not active.
struct Constraint {
  std::string left;
  std::string right;
  bool strict = true;
  friend bool operator==(const Constraint&, const Constraint&) = default;
};

/// What a constraint comes to: the sum of coefficient * value is below `bound`, or at most that.
struct Inequality {
  struct Term {
    std::size_t parameter;  ///< Its index in the space.
    double coefficient;     ///< May be 0: "a < a".
    friend bool operator==(const Term&, const Term&) = default;
  };
  std::vector<Term> terms;  ///< One a parameter, as they stand from left to right.
  double bound = 0;
  bool strict = true;
  friend bool operator==(const Inequality&, const Inequality&) = default;
};

/// "lr_min < lr", "1 <= a + b <= 2*c": one or more constraints; > and >= are turned around.
[[nodiscard]] Result<std::vector<Constraint>> parse_constraint(std::string_view text);

class Space {
 public:
  /// Errors: a name twice, an invalid domain, a `when` that names nothing earlier or a value its
  /// parent cannot take, a default or a belief that is no value of the domain.
  Status add(Parameter parameter);
  /// Errors: a side that is not linear, a name that is no numeric parameter.
  Status add(Constraint constraint);

  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }
  [[nodiscard]] const std::vector<Constraint>& constraints() const { return constraints_; }
  /// One a constraint.
  [[nodiscard]] const std::vector<Inequality>& inequalities() const { return inequalities_; }
  [[nodiscard]] const Parameter* find(std::string_view name) const;
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view name) const;
  [[nodiscard]] bool empty() const { return parameters_.empty(); }
  [[nodiscard]] bool is_conditional() const;

  /// Whether the parameter is active given the values that precede it.
  [[nodiscard]] bool is_active(const Parameter& parameter, const Configuration& so_far) const;
  /// Names exactly the active parameters, each inside its domain; and the constraints hold.
  [[nodiscard]] Status check(const Configuration& configuration) const;
  [[nodiscard]] bool satisfies_constraints(const Configuration& configuration) const;

  /// One coordinate a parameter, in order; NaN where it is not active, or its value is none of the
  /// domain's.
  [[nodiscard]] std::vector<double> to_unit(const Configuration& configuration) const;
  /// Coordinates of inactive parameters are ignored (NaN allowed). May violate constraints: check.
  [[nodiscard]] Configuration from_unit(std::span<const double> unit) const;
  /// As from_unit, then mended so that the constraints hold, where sorting the values of the
  /// parameters that are in conflict can do it; none when it cannot. Draws stay spread as they
  /// were.
  [[nodiscard]] std::optional<Configuration> feasible_from_unit(std::span<const double> unit) const;
  /// As feasible_from_unit, but what sorting cannot mend is moved to what the constraints allow
  /// nearby, often to its border; none when nothing was found there.
  [[nodiscard]] std::optional<Configuration> nearest_feasible(std::span<const double> unit) const;

  /// Where every parameter stands by its default where it has one, else the middle of its prior, or
  /// of what the constraints leave of it beside the defaults; none when no parameter has a default
  /// or a constraint is violated.
  [[nodiscard]] std::optional<Configuration> default_configuration() const;

  /// All distinct valid configurations, in a fixed order; none when there are more than `limit`
  /// or infinitely many.
  [[nodiscard]] std::optional<std::vector<Configuration>> enumerate(std::size_t limit) const;

  friend bool operator==(const Space&, const Space&) = default;

 private:
  std::vector<Parameter> parameters_;
  std::vector<Constraint> constraints_;
  std::vector<Inequality> inequalities_;
};

}  // namespace hpopt
