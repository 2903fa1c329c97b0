#include "model/margin.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

namespace hpopt {
namespace {

constexpr double kNoBound = std::numeric_limits<double>::infinity();

double below(double edge, AxisNormal normal) {
  return std::erfc((normal.mean - edge) / normal.deviation / std::numbers::sqrt2) / 2;
}

TEST(Margin, LeavesWhatIsWideEnough) {
  const AxisNormal wide{0.5, 0.4};
  const AxisNormal kept = with_margin(wide, {0.4, 0.6}, 0.1);
  EXPECT_EQ(kept.mean, wide.mean);
  EXPECT_EQ(kept.deviation, wide.deviation);
  EXPECT_EQ(with_margin(wide, {-kNoBound, 0.6}, 0.1).mean, wide.mean);
}

TEST(Margin, GivesBothSidesOfACellTheirShare) {
  for (const AxisNormal narrow : {AxisNormal{0.5, 1e-9}, {0.41, 0.02}, {0.4, 0.01}, {0.59, 1e-3}}) {
    const AxisNormal kept = with_margin(narrow, {0.4, 0.6}, 0.1);
    EXPECT_GE(below(0.4, kept), 0.05 - 1e-9) << narrow.mean;
    EXPECT_GE(1 - below(0.6, kept), 0.05 - 1e-9) << narrow.mean;
    EXPECT_GE(kept.mean, 0.4);
    EXPECT_LE(kept.mean, 0.6);
  }
  // With both sides short, both get just their share (equations 17 and 18 of the paper).
  const AxisNormal even = with_margin({0.45, 1e-6}, {0.4, 0.6}, 0.1);
  EXPECT_NEAR(below(0.4, even), 0.05, 1e-9);
  EXPECT_NEAR(1 - below(0.6, even), 0.05, 1e-9);
  // A side that has enough gives of its own to the one that has not.
  const AxisNormal shifted = with_margin({0.41, 0.02}, {0.4, 0.6}, 0.1);
  EXPECT_NEAR(1 - below(0.6, shifted), 0.05, 1e-9);
  EXPECT_LT(below(0.4, shifted), below(0.4, {0.41, 0.02}));
}

TEST(Margin, MovesTheMeanOfAnOutermostCellOnly) {
  for (const double away : {0.2, 5.0}) {
    const AxisNormal low = with_margin({0.5 - away, 0.01}, {-kNoBound, 0.5}, 0.1);
    EXPECT_NEAR(1 - below(0.5, low), 0.1, 1e-9);
    EXPECT_EQ(low.deviation, 0.01);
    const AxisNormal high = with_margin({0.5 + away, 0.01}, {0.5, kNoBound}, 0.1);
    EXPECT_NEAR(below(0.5, high), 0.1, 1e-9);
  }
}

// scipy.stats.truncnorm.ppf(p, low, high).
TEST(Margin, TruncatedQuantilesAgreeWithSciPy) {
  const AxisNormal standard{0, 1};
  EXPECT_NEAR(truncated_quantile(standard, {-1, 2}, 0.3), -0.242403817889227, 1e-9);
  EXPECT_NEAR(truncated_quantile(standard, {3, 5}, 0.5), 3.20509380820998, 1e-9);
  EXPECT_NEAR(truncated_quantile(standard, {-9, -7}, 0.25), -7.1916975841096, 1e-9);
  EXPECT_NEAR(truncated_quantile(standard, {-kNoBound, kNoBound}, 0.975), 1.959963984540054, 1e-9);
  EXPECT_NEAR(truncated_quantile({2, 0.5}, {2.5, kNoBound}, 0.5), 2 + 0.5 * 1.40960870929345, 1e-9);
}

TEST(Margin, QuantilesFarOutStayInTheCell) {
  for (const double probability : {0.0, 0.3, 0.999999}) {
    for (const Cell cell : {Cell{50, 51}, {-51, -50}, {40, kNoBound}, {-kNoBound, -40}}) {
      const double x = truncated_quantile({0, 1}, cell, probability);
      EXPECT_GE(x, cell.low);
      EXPECT_LE(x, cell.high);
      EXPECT_TRUE(std::isfinite(x));
    }
  }
}

}  // namespace
}  // namespace hpopt
