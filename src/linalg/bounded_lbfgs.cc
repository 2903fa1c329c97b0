#include "linalg/bounded_lbfgs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace hpopt {
namespace {

constexpr double kArmijo = 1e-4;
constexpr double kCurvature = 1e-10;  // of a pair, relative to its change
constexpr int kMostShortened = 20;
constexpr double kShortest = 0.1;  // factors of one shortening
constexpr double kLongest = 0.5;

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

bool all_finite(std::span<const double> numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

}  // namespace

BoundedLbfgs::BoundedLbfgs(std::vector<double> start, std::vector<double> lower,
                           std::vector<double> upper)
    : BoundedLbfgs(std::move(start), std::move(lower), std::move(upper), Options()) {}

BoundedLbfgs::BoundedLbfgs(std::vector<double> start, std::vector<double> lower,
                           std::vector<double> upper, Options options)
    : options_(options),
      lower_(std::move(lower)),
      upper_(std::move(upper)),
      x_(std::move(start)),
      value_(std::numeric_limits<double>::infinity()),
      done_(x_.empty()) {
  for (std::size_t i = 0; i < x_.size(); ++i) x_[i] = std::clamp(x_[i], lower_[i], upper_[i]);
  trial_ = x_;
}

void BoundedLbfgs::tell(double value, std::span<const double> gradient) {
  ++evaluations_;
  const bool usable = std::isfinite(value) && all_finite(gradient);
  const bool is_first = gradient_.empty();
  if (is_first && !usable) {
    done_ = true;
    return;
  }
  if (is_first || (usable && value <= value_ + kArmijo * slope_to_trial())) {
    accept(value, gradient);
  } else {
    shorten(usable ? value : std::numeric_limits<double>::infinity());
  }
  if (evaluations_ >= options_.most_evaluations) done_ = true;
}

void BoundedLbfgs::accept(double value, std::span<const double> gradient) {
  const double gained = value_ - value;
  const bool still = gained <= options_.still * std::max({1.0, std::abs(value), std::abs(value_)});
  if (!gradient_.empty()) {
    remember(gradient);
    done_ = still;
  }
  x_ = trial_;
  value_ = value;
  gradient_.assign(gradient.begin(), gradient.end());
  if (projected_gradient() <= options_.flat) done_ = true;
  if (!done_) begin_search();
}

void BoundedLbfgs::remember(std::span<const double> gradient) {
  Pair pair{std::vector<double>(x_.size()), std::vector<double>(x_.size()), 0};
  for (std::size_t i = 0; i < x_.size(); ++i) {
    pair.step[i] = trial_[i] - x_[i];
    pair.change[i] = gradient[i] - gradient_[i];
  }
  pair.product = dot(pair.step, pair.change);
  if (pair.product <= kCurvature * dot(pair.change, pair.change)) return;
  if (pairs_.size() == options_.memory) pairs_.pop_front();
  pairs_.push_back(std::move(pair));
}

/// The minimum of the parabola through the value and slope at x and the value at the trial point.
void BoundedLbfgs::shorten(double value) {
  const double slope = slope_to_trial();
  const double curvature = value - value_ - slope;
  const double factor = std::isfinite(curvature) && curvature > 0 ? -slope / (2 * curvature) : 0;
  length_ *= std::clamp(factor, kShortest, kLongest);
  if (++shortened_ <= kMostShortened) return place_trial();
  if (pairs_.empty()) {
    done_ = true;
    return;
  }
  pairs_.clear();  // what they say of the curvature leads nowhere
  begin_search();
}

void BoundedLbfgs::begin_search() {
  direction_ = direction();
  if (dot(direction_, gradient_) >= 0) {
    pairs_.clear();
    direction_ = direction();
  }
  shortened_ = 0;
  length_ = 1;
  if (pairs_.empty()) {  // nothing is known of the scale: the first step is a tenth of the box
    double longest = 0;
    for (std::size_t i = 0; i < x_.size(); ++i) {
      const double width = upper_[i] - lower_[i];
      if (width > 0) longest = std::max(longest, std::abs(direction_[i]) / width);
    }
    constexpr double kFirst = 0.1;
    length_ = longest > 0 ? std::min(1.0, kFirst / longest) : 1;
  }
  place_trial();
}

void BoundedLbfgs::place_trial() {
  for (std::size_t i = 0; i < x_.size(); ++i) {
    trial_[i] = std::clamp(x_[i] + length_ * direction_[i], lower_[i], upper_[i]);
  }
  if (trial_ == x_) done_ = true;
}

/// At a bound, and the function falls beyond it.
bool BoundedLbfgs::is_held(std::size_t i) const {
  return (x_[i] <= lower_[i] && gradient_[i] > 0) || (x_[i] >= upper_[i] && gradient_[i] < 0);
}

double BoundedLbfgs::projected_gradient() const {
  double largest = 0;
  for (std::size_t i = 0; i < x_.size(); ++i) {
    if (!is_held(i)) largest = std::max(largest, std::abs(gradient_[i]));
  }
  return largest;
}

/// The two loops, on the variables that are not held.
std::vector<double> BoundedLbfgs::direction() const {
  std::vector<double> q = gradient_;
  const auto release = [&](std::vector<double>& vector) {
    for (std::size_t i = 0; i < vector.size(); ++i) {
      if (is_held(i)) vector[i] = 0;
    }
  };
  release(q);
  std::vector<double> shares(pairs_.size());
  for (std::size_t k = pairs_.size(); k-- > 0;) {
    shares[k] = dot(pairs_[k].step, q) / pairs_[k].product;
    for (std::size_t i = 0; i < q.size(); ++i) q[i] -= shares[k] * pairs_[k].change[i];
  }
  if (!pairs_.empty()) {
    const Pair& last = pairs_.back();
    const double scale = last.product / dot(last.change, last.change);
    for (double& component : q) component *= scale;
  }
  for (std::size_t k = 0; k < pairs_.size(); ++k) {
    const double share = shares[k] - dot(pairs_[k].change, q) / pairs_[k].product;
    for (std::size_t i = 0; i < q.size(); ++i) q[i] += share * pairs_[k].step[i];
  }
  release(q);
  for (double& component : q) component = -component;
  return q;
}

double BoundedLbfgs::slope_to_trial() const {
  double slope = 0;
  for (std::size_t i = 0; i < x_.size(); ++i) slope += gradient_[i] * (trial_[i] - x_[i]);
  return slope;
}

}  // namespace hpopt
