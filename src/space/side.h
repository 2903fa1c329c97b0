// Side: one side of a constraint, a text such as "2*a + b - 1", read as a sum.
#pragma once

#include <string>
#include <vector>

#include "hpopt/space.h"

namespace hpopt {

/// The sum of coefficient * parameter, and a number.
struct LinearSum {
  std::vector<Inequality::Term> terms = {};  ///< One a parameter, as they stand.
  double number = 0;

  void add(const LinearSum& other, double times);
  void multiply(double factor);
};

/// Parameters and numbers with + - * / and parentheses. A parameter's name may hold - and /: the
/// longest text that is a name is meant. Errors: it cannot be read, is not linear, or names no
/// numeric parameter.
[[nodiscard]] Result<LinearSum> read_side(const Space& space, const std::string& text);

}  // namespace hpopt
