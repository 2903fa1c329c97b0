#include "model/output_transform.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace hpopt {
namespace {

constexpr double kFewest = 8;  // losses that tell a skew
constexpr double kTail = 3;    // standard deviations

double mean_of(std::span<const double> numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

double deviation_of(std::span<const double> numbers, double mean) {
  double sum = 0;
  for (const double number : numbers) sum += (number - mean) * (number - mean);
  return std::sqrt(sum / static_cast<double>(numbers.size()));
}

/// To mean 0 and deviation 1. false: they are all the same.
bool standardize(std::vector<double>& numbers) {
  const double mean = mean_of(numbers);
  for (double& number : numbers) number -= mean;
  const double deviation = deviation_of(numbers, 0);
  if (!(deviation > 0)) return false;
  for (double& number : numbers) number /= deviation;
  return true;
}

/// Around the median, in units of the distance of the quartiles: a tail does not move it. The
/// transform bends most near zero, which should be where most losses are.
std::vector<double> centered(std::vector<double> numbers) {
  std::vector<double> sorted = numbers;
  std::sort(sorted.begin(), sorted.end());
  const auto quantile = [&](double share) {
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
  };
  const double unit = quantile(0.75) - quantile(0.25);
  const double middle = quantile(0.5);
  if (!(unit > 0)) return numbers;
  for (double& number : numbers) number = (number - middle) / unit;
  return numbers;
}

double yeo_johnson(double x, double exponent) {
  constexpr double kNear = 1e-8;
  if (x >= 0) {
    if (std::abs(exponent) < kNear) return std::log1p(x);
    return std::expm1(exponent * std::log1p(x)) / exponent;
  }
  const double other = 2 - exponent;
  if (std::abs(other) < kNear) return -std::log1p(-x);
  return -std::expm1(other * std::log1p(-x)) / other;
}

std::vector<double> transformed(std::span<const double> numbers, double exponent) {
  std::vector<double> result;
  result.reserve(numbers.size());
  for (const double number : numbers) result.push_back(yeo_johnson(number, exponent));
  return result;
}

/// Up to a constant, of standardized numbers.
double log_likelihood(std::span<const double> numbers, double exponent) {
  const std::vector<double> result = transformed(numbers, exponent);
  const double deviation = deviation_of(result, mean_of(result));
  double jacobian = 0;
  for (const double x : numbers) jacobian += std::copysign(std::log1p(std::abs(x)), x);
  return -static_cast<double>(numbers.size()) * std::log(deviation) + (exponent - 1) * jacobian;
}

/// By golden section: the likelihood has one peak.
double likeliest_exponent(std::span<const double> numbers) {
  constexpr double kGolden = 0.6180339887498949;
  constexpr int kRounds = 24;
  double low = -3;
  double high = 1;  // beyond, the good tail would be squeezed: what is to be told apart
  for (int round = 0; round < kRounds; ++round) {
    const double left = high - kGolden * (high - low);
    const double right = low + kGolden * (high - low);
    if (log_likelihood(numbers, left) < log_likelihood(numbers, right)) {
      low = left;
    } else {
      high = right;
    }
  }
  return (low + high) / 2;
}

/// Failures are the worst of the others.
std::vector<double> completed(std::span<const double> losses) {
  double worst = -std::numeric_limits<double>::infinity();
  for (const double loss : losses) {
    if (std::isfinite(loss)) worst = std::max(worst, loss);
  }
  std::vector<double> result;
  for (const double loss : losses) {
    result.push_back(std::isfinite(loss) ? loss : std::isfinite(worst) ? worst : 0);
  }
  return result;
}

/// Brought to a magnitude of at most 1.
std::vector<double> bounded(std::vector<double> numbers) {
  double largest = 0;
  for (const double number : numbers) largest = std::max(largest, std::abs(number));
  if (largest == 0) return numbers;
  const double shift = std::ldexp(1.0, -std::ilogb(largest) / 2);  // in two steps: 1e-300 too
  const double rest = std::ldexp(1.0, -std::ilogb(largest) - std::ilogb(shift));
  for (double& number : numbers) number = number * shift * rest;
  return numbers;
}

/// Of losses that differ, whether the better half is so near together, beside the others, that a
/// model could not tell them apart. `numbers`: what they became.
bool is_squeezed(std::span<const double> losses, std::span<const double> numbers) {
  constexpr double kShare = 0.01;
  std::vector<std::size_t> order(losses.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return losses[a] < losses[b]; });
  const auto same = [&](std::size_t a, std::size_t b) { return losses[a] == losses[b]; };
  order.erase(std::unique(order.begin(), order.end(), same), order.end());
  if (static_cast<double>(order.size()) < kFewest) return false;
  const double best = numbers[order.front()];
  return numbers[order[order.size() / 2]] - best < kShare * (numbers[order.back()] - best);
}

/// Quantiles of the logistic distribution: nearly normal, whatever the magnitudes.
std::vector<double> by_rank(std::span<const double> losses) {
  std::vector<double> sorted(losses.begin(), losses.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> result;
  for (const double loss : losses) {
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), loss);
    const double rank = static_cast<double>(first - sorted.begin() + (last - sorted.begin())) / 2;
    result.push_back(std::log(rank / (static_cast<double>(losses.size()) - rank)));
  }
  return result;
}

/// Standardized, the bad tail cut off.
void finish(std::vector<double>& numbers) {
  for (int i = 0; i < 2; ++i) {  // the tail is cut, then what is left is standardized
    (void)standardize(numbers);
    for (double& number : numbers) number = std::min(number, kTail);
  }
}

}  // namespace

std::vector<double> standardized(std::span<const double> losses) {
  const std::vector<double> known = completed(losses);
  std::vector<double> numbers = bounded(known);
  if (numbers.empty() || !standardize(numbers)) return std::vector<double>(losses.size(), 0.0);
  if (static_cast<double>(numbers.size()) >= kFewest) {
    const std::vector<double> around = centered(numbers);
    std::vector<double> straight = transformed(around, likeliest_exponent(around));
    const double spread = deviation_of(straight, mean_of(straight));
    if (std::isfinite(spread)) numbers = std::move(straight);
  }
  finish(numbers);
  if (is_squeezed(known, numbers)) {
    numbers = by_rank(known);
    finish(numbers);
  }
  return numbers;
}

}  // namespace hpopt
