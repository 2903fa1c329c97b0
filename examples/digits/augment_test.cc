#include "augment.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "test_samples.h"

namespace digits {
namespace {

TEST(Augment, TheSameSeedGivesTheSameCopies) {
  const Samples samples = random_samples(5, 1);
  const Samples first = distorted(samples, 3, 11);
  EXPECT_EQ(first.count(), 15);
  EXPECT_EQ(first.pixels, distorted(samples, 3, 11).pixels);
  EXPECT_NE(first.pixels, distorted(samples, 3, 12).pixels);
  EXPECT_NE(first.pixels.leftCols(5), first.pixels.middleCols(5, 5));
  EXPECT_EQ(first.labels[7], samples.labels[2]);
}

TEST(Augment, ABrightPixelMovesByLittleMoreThanOnePixel) {
  std::mt19937_64 rng(3);
  Eigen::VectorXf image = Eigen::VectorXf::Zero(kPixels);
  image(3 * kSide + 4) = 100.0F;  // far above the noise
  Eigen::VectorXf copy(kPixels);
  bool moved = false;
  for (int i = 0; i < 200; ++i) {
    distort(image, rng, copy);
    Eigen::Index brightest = 0;
    copy.maxCoeff(&brightest);
    EXPECT_LE(std::abs(brightest / kSide - 3), 1);
    EXPECT_LE(std::abs(brightest % kSide - 4), 1);
    moved = moved || brightest != 3 * kSide + 4;
    // Bilinear weights sum to one, and this pixel never leaves the image.
    EXPECT_NEAR(copy.sum(), 100.0F, 8.0F);
  }
  EXPECT_TRUE(moved);
}

}  // namespace
}  // namespace digits
