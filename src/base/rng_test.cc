#include "base/rng.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace hpopt {
namespace {

// Known answers of philox4x32-10 in Random123: counter = (block, stream), key = seed, both zero.
TEST(Rng, AgreesWithThePublishedVectorOfZeroCounterAndKey) {
  Rng rng(0, 0);
  EXPECT_EQ(rng.next(), 0xe169c58d6627e8d5U);
  EXPECT_EQ(rng.next(), 0x9b00dbd8bc57ac4cU);
}

TEST(Rng, StreamsAndSeedsDiffer) {
  EXPECT_NE(Rng(1, 0).next(), Rng(1, 1).next());
  EXPECT_NE(Rng(1, 0).next(), Rng(2, 0).next());
  EXPECT_EQ(Rng(7, 9).next(), Rng(7, 9).next());
}

TEST(Rng, UniformStaysInTheHalfOpenUnitIntervalAndHasItsMoments) {
  Rng rng(1, 2);
  constexpr int kDraws = 20000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double draw = rng.uniform();
    ASSERT_GE(draw, 0);
    ASSERT_LT(draw, 1);
    sum += draw;
    squares += draw * draw;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.01);
  EXPECT_NEAR(squares / kDraws, 1.0 / 3, 0.01);
}

TEST(Rng, NormalHasItsMoments) {
  Rng rng(3, 4);
  constexpr int kDraws = 20000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double draw = rng.normal();
    sum += draw;
    squares += draw * draw;
  }
  EXPECT_NEAR(sum / kDraws, 0, 0.03);
  EXPECT_NEAR(squares / kDraws, 1, 0.05);
}

TEST(Rng, BelowReachesEveryValueOfItsRangeEvenly) {
  Rng rng(5, 6);
  std::vector<int> counts(7);
  for (int i = 0; i < 7000; ++i) ++counts[rng.below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 1000, 150);
}

TEST(Rng, WeightedNeverDrawsAZeroWeight) {
  Rng rng(7, 8);
  const std::vector<double> weights{0, 3, 0, 1, 0};
  std::vector<int> counts(weights.size());
  for (int i = 0; i < 4000; ++i) ++counts[rng.weighted(weights)];
  EXPECT_EQ(counts[0] + counts[2] + counts[4], 0);
  EXPECT_NEAR(counts[1], 3000, 150);
}

}  // namespace
}  // namespace hpopt
