#include "space/linear.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "space/side.h"

namespace hpopt {
namespace {

/// Of the magnitudes that are added up.
constexpr double kSumRounding = 1e-14;

/// Its sum is exact, or has the right sign at least: no number is multiplied, and two are added.
bool adds_exactly(const Inequality& inequality) {
  const std::size_t parts = inequality.terms.size() + (inequality.bound != 0 ? 1 : 0);
  return parts <= 2 &&
         std::all_of(inequality.terms.begin(), inequality.terms.end(), [](const auto& term) {
           const double size = std::abs(term.coefficient);
           return size == 0 || size == 1;
         });
}

struct Operator {
  std::size_t at;
  std::size_t size;
  bool less;  ///< < or <=
  bool strict;
};

std::vector<Operator> operators_in(std::string_view text) {
  std::vector<Operator> found;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '<' && text[at] != '>') continue;
    const bool strict = at + 1 >= text.size() || text[at + 1] != '=';
    const std::size_t size = strict ? 1 : 2;
    found.push_back({at, size, text[at] == '<', strict});
    at += size - 1;
  }
  return found;
}

bool is_side(std::string_view text) {
  return !text.empty() && text.find_first_of("=!<>&|") == std::string_view::npos;
}

}  // namespace

Result<Inequality> read_inequality(const Space& space, const Constraint& constraint) {
  Result<LinearSum> difference = read_side(space, constraint.left);
  if (!difference) return difference.error();
  const Result<LinearSum> right = read_side(space, constraint.right);
  if (!right) return right.error();
  difference->add(*right, -1);
  if (difference->terms.empty()) {
    return invalid(fmt::format("the constraint {} names no parameter", describe(constraint)));
  }
  double size = std::abs(difference->number);
  for (const Inequality::Term& term : difference->terms) size += std::abs(term.coefficient);
  if (!std::isfinite(size)) {
    return invalid(
        fmt::format("the numbers of the constraint {} are too large", describe(constraint)));
  }
  return Inequality{std::move(difference->terms), 0.0 - difference->number, constraint.strict};
}

bool holds(const Space& space, const Inequality& inequality, const Configuration& configuration) {
  long double sum = -inequality.bound;  // long: its range holds every sum of doubles
  long double size = std::abs(inequality.bound);
  for (const auto& [parameter, coefficient] : inequality.terms) {
    const Value* value = configuration.get(space.parameters()[parameter].name);
    if (value == nullptr) return true;
    const long double part = static_cast<long double>(coefficient) * value->as_double();
    sum += part;
    size += std::abs(part);
  }
  const double rounding = sum_rounding(inequality, static_cast<double>(size));
  return inequality.strict ? sum < -rounding : sum <= rounding;
}

double sum_rounding(const Inequality& inequality, double magnitudes) {
  return adds_exactly(inequality) ? 0 : kSumRounding * magnitudes;
}

bool is_order(const Inequality& inequality) {
  return inequality.terms.size() == 2 && inequality.bound == 0 &&
         inequality.terms[0].coefficient == -inequality.terms[1].coefficient &&
         inequality.terms[0].coefficient != 0;
}

std::string describe(const Constraint& constraint) {
  return fmt::format("{} {} {}", constraint.left, constraint.strict ? "<" : "<=", constraint.right);
}

Result<std::vector<Constraint>> parse_constraint(std::string_view text) {
  const std::vector<Operator> operators = operators_in(text);
  std::vector<Constraint> constraints;
  std::size_t from = 0;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    const Operator& op = operators[i];
    const std::size_t after = op.at + op.size;
    const std::size_t end = i + 1 < operators.size() ? operators[i + 1].at : text.size();
    std::string left(trim(text.substr(from, op.at - from)));
    std::string right(trim(text.substr(after, end - after)));
    if (!is_side(left) || !is_side(right)) break;
    if (!op.less) left.swap(right);
    constraints.push_back({std::move(left), std::move(right), op.strict});
    from = after;
  }
  if (constraints.empty() || constraints.size() != operators.size()) {
    return invalid(fmt::format("'{}' is no constraint", text),
                   "write sums with <, <=, > or >= between them, such as lr_min < lr or "
                   "a + 2*b <= 512");
  }
  return constraints;
}

}  // namespace hpopt
