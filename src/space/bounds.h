// Bounds: what inequalities leave of each parameter, as long as the others may be anything in their
// own ranges (bounds consistency: Apt, "Principles of constraint programming", 2003, chapter 6).
//
// For constraints that put parameters in an order every value left is part of a solution; for
// others too many may be left. Threads: one at a time. REQUIRES: the space outlives it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hpopt/space.h"

namespace hpopt {

/// Of a discrete parameter both ends are values of its domain.
struct Range {
  double low = 0;
  double high = 0;
  bool low_open = false;  ///< The end itself is ruled out; only of continuous parameters.
  bool high_open = false;

  [[nodiscard]] bool empty() const {
    return low > high || (low == high && (low_open || high_open));
  }
  [[nodiscard]] bool contains(double value) const {
    return value >= low && value <= high && !(low_open && value == low) &&
           !(high_open && value == high);
  }
};

class Bounds {
 public:
  /// `inequalities`: indices of those that count. All that they name is taken to be active.
  Bounds(const Space& space, std::vector<std::size_t> inequalities);

  /// Narrows the ranges. The index of an inequality that nothing left meets; none: none was found.
  [[nodiscard]] std::optional<std::size_t> tighten();
  /// The parameter has this value.
  void fix(std::size_t parameter, double value) { ranges_[parameter] = {value, value}; }

  [[nodiscard]] const Range& of(std::size_t parameter) const { return ranges_[parameter]; }
  /// That the inequalities name, ascending.
  [[nodiscard]] std::vector<std::size_t> parameters() const;
  [[nodiscard]] const std::vector<std::size_t>& inequalities() const { return inequalities_; }

 private:
  struct Limit {
    double value;
    bool open;
  };
  [[nodiscard]] bool heed(const Inequality& inequality);
  [[nodiscard]] std::optional<Limit> limit_of(const Inequality& inequality, std::size_t term) const;
  void narrow(const Inequality::Term& term, Limit limit);
  [[nodiscard]] Limit least_part(const Inequality::Term& term) const;

  const Space& space_;
  std::vector<std::size_t> inequalities_;
  std::vector<Range> ranges_;  ///< By parameter.
  bool moved_ = false;
};

/// Values can be told apart: whole numbers, steps, choices, constants.
[[nodiscard]] bool is_discrete(const Domain& domain);

}  // namespace hpopt
