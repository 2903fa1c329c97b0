#include "model/log_ei.h"

#include <cmath>
#include <numbers>

namespace hpopt {
namespace {

constexpr double kFar = -30;  // from here on the asymptotic series is exact to 1e-11

double log_density(double z) { return -0.5 * z * z - 0.5 * std::log(2 * std::numbers::pi); }

/// Phi(z) / phi(z): Mills' ratio. REQUIRES: kFar <= z <= 0.
double mills(double z) {
  return std::sqrt(std::numbers::pi / 2) * std::erfc(-z / std::numbers::sqrt2) *
         std::exp(0.5 * z * z);
}

struct LogH {
  double value;  ///< log(phi(z) + z Phi(z))
  double slope;  ///< Phi(z) / (phi(z) + z Phi(z))
};

LogH log_h(double z) {
  if (z > -1) {
    const double below = 0.5 * std::erfc(-z / std::numbers::sqrt2);
    const double h = std::exp(log_density(z)) + z * below;
    return {std::log(h), below / h};
  }
  if (z > kFar) {
    const double ratio = mills(z);
    const double rest = 1 + z * ratio;
    return {log_density(z) + std::log(rest), ratio / rest};
  }
  // 1 + z R(z) = 1/z^2 - 3/z^4 + 15/z^6 - ..., R(z) = -1/z + 1/z^3 - 3/z^5 + ...
  const double w = 1 / (z * z);
  const double rest = w * (1 - w * (3 - w * (15 - w * (105 - w * 945))));
  const double ratio = -(1 - w * (1 - w * (3 - w * (15 - w * 105)))) / z;
  return {log_density(z) + std::log(rest), ratio / rest};
}

}  // namespace

LogEi log_expected_improvement(double mean, double deviation, double best) {
  const double z = (best - mean) / deviation;
  const LogH h = log_h(z);
  return {std::log(deviation) + h.value, -h.slope / deviation, (1 - z * h.slope) / deviation};
}

}  // namespace hpopt
