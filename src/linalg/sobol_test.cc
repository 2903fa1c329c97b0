#include "linalg/sobol.h"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace hpopt {
namespace {

TEST(Sobol, SameSeedAndIndexGiveTheSamePoint) {
  const Sobol first(7, 42);
  const Sobol second(7, 42);
  EXPECT_EQ(first.point(1000), second.point(1000));
  EXPECT_NE(first.point(1000), first.point(1001));
  EXPECT_NE(first.point(3), Sobol(7, 43).point(3));
}

// Boost leaves out the point 0 at the sequence's start, so the net's blocks begin at index 2^k - 1.
TEST(Sobol, ScrambledCoordinatesStayStratified) {
  const Sobol sobol(12, 5);
  constexpr std::size_t kPoints = 64;
  for (std::size_t dimension = 0; dimension < sobol.dimensions(); ++dimension) {
    std::set<int> strata;
    for (std::size_t i = 0; i < kPoints; ++i) {
      strata.insert(static_cast<int>(sobol.point(kPoints - 1 + i)[dimension] * kPoints));
    }
    EXPECT_EQ(strata.size(), kPoints) << "dimension " << dimension;
  }
}

TEST(Sobol, EachPointIsUniformOverSeeds) {
  double sum = 0;
  double sum_of_squares = 0;
  constexpr int kSeeds = 4000;
  for (int seed = 0; seed < kSeeds; ++seed) {
    const double u = Sobol(2, static_cast<std::uint64_t>(seed)).point(0)[1];
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    sum_of_squares += u * u;
  }
  EXPECT_NEAR(sum / kSeeds, 0.5, 0.02);
  EXPECT_NEAR(sum_of_squares / kSeeds, 1.0 / 3, 0.02);
}

TEST(Sobol, IntegratesBetterThanChance) {
  const Sobol sobol(4, 1);
  constexpr int kPoints = 1024;
  double sum = 0;
  for (int i = 0; i < kPoints; ++i) {
    double product = 1;
    for (double u : sobol.point(static_cast<std::uint64_t>(i))) product *= 2 * u;
    sum += product;
  }
  EXPECT_NEAR(sum / kPoints, 1.0, 0.01);  // the standard error of random points is 0.046
}

TEST(Sobol, GoesBeyondItsTables) {
  const Sobol sobol(4000, 9);
  const std::vector<double> point = sobol.point(17);
  ASSERT_EQ(point.size(), 4000U);
  for (double u : point) EXPECT_TRUE(u > 0 && u < 1);
  EXPECT_EQ(point, Sobol(4000, 9).point(17));
  EXPECT_TRUE(Sobol(0, 9).point(3).empty());
}

}  // namespace
}  // namespace hpopt
