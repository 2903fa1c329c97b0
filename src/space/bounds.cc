#include "space/bounds.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "space/grid.h"
#include "space/linear.h"

namespace hpopt {
namespace {

/// Ranges of reals may narrow for ever, those of large integers for very long.
constexpr int kMostPasses = 100;
/// A range of reals that loses less than this share of its width is left alone.
constexpr double kLeastGain = 1e-6;

bool is_within(double value, double limit, bool open) {
  return open ? value < limit : value <= limit;
}

/// The values of a numeric domain times `sign`, so that either end can be asked for as the upper.
class Side {
 public:
  Side(const Domain& domain, double sign) : domain_(domain), sign_(sign) {}

  [[nodiscard]] double greatest() const {
    if (const auto* choice = std::get_if<CategoricalDomain>(&domain_)) {
      return *greatest_within(*choice, HUGE_VAL, false);
    }
    return sign_ * from_unit(domain_, sign_ > 0 ? 1 : 0).as_double();
  }

  /// Of a discrete domain; none: there is none.
  [[nodiscard]] std::optional<double> greatest_within(double limit, bool open) const {
    if (const auto* choice = std::get_if<CategoricalDomain>(&domain_)) {
      return greatest_within(*choice, limit, open);
    }
    const double nearest = sign_ * nearest_number(domain_, sign_ * limit).as_double();
    if (is_within(nearest, limit, open)) return nearest;
    const double before =
        sign_ * nearest_number(domain_, sign_ * (nearest - step_of(domain_))).as_double();
    return is_within(before, limit, open) ? std::optional(before) : std::nullopt;
  }

 private:
  [[nodiscard]] std::optional<double> greatest_within(const CategoricalDomain& choice, double limit,
                                                      bool open) const {
    std::optional<double> greatest;
    for (const Value& value : choice.values) {
      const double number = sign_ * value.as_double();
      if (is_within(number, limit, open) && number > greatest.value_or(-HUGE_VAL))
        greatest = number;
    }
    return greatest;
  }

  const Domain& domain_;
  double sign_;
};

}  // namespace

bool is_discrete(const Domain& domain) {
  return step_of(domain) > 0 || is_categorical(domain) || cardinality(domain) == 1;
}

Bounds::Bounds(const Space& space, std::vector<std::size_t> inequalities)
    : space_(space), inequalities_(std::move(inequalities)), ranges_(space.parameters().size()) {
  for (const std::size_t parameter : parameters()) {
    const Domain& domain = space.parameters()[parameter].domain;
    ranges_[parameter] = {-Side(domain, -1).greatest(), Side(domain, 1).greatest()};
  }
}

std::vector<std::size_t> Bounds::parameters() const {
  std::set<std::size_t> named;
  for (const std::size_t i : inequalities_) {
    for (const Inequality::Term& term : space_.inequalities()[i].terms)
      named.insert(term.parameter);
  }
  return {named.begin(), named.end()};
}

std::optional<std::size_t> Bounds::tighten() {
  moved_ = true;
  for (int pass = 0; pass < kMostPasses && moved_; ++pass) {
    moved_ = false;
    for (const std::size_t i : inequalities_) {
      if (!heed(space_.inequalities()[i])) return i;
    }
  }
  return std::nullopt;
}

/// The least that coefficient * value can be.
Bounds::Limit Bounds::least_part(const Inequality::Term& term) const {
  const Range& range = ranges_[term.parameter];
  if (term.coefficient > 0) return {term.coefficient * range.low, range.low_open};
  if (term.coefficient < 0) return {term.coefficient * range.high, range.high_open};
  return {0, false};
}

/// What the others leave of coefficient * value, at most; none: nothing.
std::optional<Bounds::Limit> Bounds::limit_of(const Inequality& inequality,
                                              std::size_t term) const {
  double left = inequality.bound;
  double size = std::abs(inequality.bound);
  bool open = inequality.strict;
  for (std::size_t other = 0; other < inequality.terms.size(); ++other) {
    const Limit least = least_part(inequality.terms[other]);
    size += std::abs(least.value);
    if (other == term) continue;
    left -= least.value;
    open = open || least.open;
  }
  const double rounding = sum_rounding(inequality, size);
  left += inequality.strict ? -rounding : rounding;
  const Limit own = least_part(inequality.terms[term]);
  if (!is_within(own.value, left, open || own.open)) return std::nullopt;
  return Limit{left, open};
}

bool Bounds::heed(const Inequality& inequality) {
  for (std::size_t term = 0; term < inequality.terms.size(); ++term) {
    const std::optional<Limit> limit = limit_of(inequality, term);
    if (!limit) return false;
    const double coefficient = inequality.terms[term].coefficient;
    if (coefficient == 0) continue;
    narrow(inequality.terms[term], {limit->value / std::abs(coefficient), limit->open});
    if (ranges_[inequality.terms[term].parameter].empty()) return false;
  }
  return true;
}

/// `limit`: of sign * value.
void Bounds::narrow(const Inequality::Term& term, Limit limit) {
  const double sign = term.coefficient > 0 ? 1 : -1;
  const Domain& domain = space_.parameters()[term.parameter].domain;
  Range& range = ranges_[term.parameter];
  const double end = sign > 0 ? range.high : -range.low;
  const bool is_open = sign > 0 ? range.high_open : range.low_open;
  if (is_within(end, limit.value, limit.open && !is_open)) return;
  const bool discrete = is_discrete(domain);
  if (discrete) {
    limit = {Side(domain, sign).greatest_within(limit.value, limit.open).value_or(-HUGE_VAL),
             false};
  }
  moved_ = moved_ || discrete || limit.open != is_open ||
           end - limit.value > kLeastGain * (range.high - range.low);
  if (sign > 0) {
    range.high = limit.value;
    range.high_open = limit.open;
  } else {
    range.low = -limit.value;
    range.low_open = limit.open;
  }
}

}  // namespace hpopt
