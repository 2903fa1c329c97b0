#include "model/normal.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace hpopt {
namespace {

TEST(LogNormalBelow, StaysExactHoweverSmall) {
  EXPECT_NEAR(log_normal_below(0).value, std::log(0.5), 1e-15);
  EXPECT_NEAR(log_normal_below(-2).value, std::log(0.022750131948179195), 1e-12);
  EXPECT_NEAR(log_normal_below(-37.5).value, -707.66898931750719, 1e-9);  // by a continued fraction
  EXPECT_NEAR(log_normal_below(-100).value, -5005.5242086942051, 1e-8);
  EXPECT_NEAR(log_normal_below(-30 - 1e-9).value, log_normal_below(-30 + 1e-9).value, 1e-6);
  for (const double z : {-1e5, -50.0, -29.0, -3.0, 0.5, 5.0}) {
    const double step = 1e-6 * std::max(1.0, std::abs(z));
    const double slope =
        (log_normal_below(z + step).value - log_normal_below(z - step).value) / (2 * step);
    EXPECT_NEAR(log_normal_below(z).slope, slope, 1e-4 * std::max(1.0, slope)) << z;
  }
}

}  // namespace
}  // namespace hpopt
