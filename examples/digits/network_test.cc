#include "network.h"

#include <cmath>

#include <gtest/gtest.h>

#include "test_samples.h"

namespace digits {
namespace {

// Central differences along `direction`, an independent estimate of gradient . direction.
double numeric_slope(Network network, const Samples& samples, float dropout,
                     const Eigen::VectorXf& direction, float step) {
  Eigen::VectorXf ignored;
  const Eigen::VectorXf centre = network.parameters();
  const auto loss_at = [&](float distance) {
    std::mt19937_64 rng(21);  // the same units are dropped at every point
    network.parameters() = centre + distance * direction;
    return network.loss_and_gradient(samples.pixels, samples.labels, dropout, rng, ignored);
  };
  return (loss_at(step) - loss_at(-step)) / (2.0 * static_cast<double>(step));
}

void check_gradient(const Shape& shape, float dropout) {
  const Samples samples = random_samples(30, 4);
  Network network(shape, 5);
  std::mt19937_64 bias_rng(6);
  std::normal_distribution<float> normal(0.0F, 0.1F);
  for (float& parameter : network.parameters()) parameter += normal(bias_rng);

  std::mt19937_64 rng(21);
  Eigen::VectorXf gradient;
  network.loss_and_gradient(samples.pixels, samples.labels, dropout, rng, gradient);
  ASSERT_EQ(gradient.size(), network.parameters().size());
  // Sixteen blocks cover all parameters; within a block the gradient itself is the direction, so
  // that the slope to be met is the block's norm.
  const Eigen::Index blocks = 16;
  for (Eigen::Index block = 0; block < blocks; ++block) {
    const Eigen::Index begin = block * gradient.size() / blocks;
    const Eigen::Index count = (block + 1) * gradient.size() / blocks - begin;
    const float norm = gradient.segment(begin, count).norm();
    if (norm < 1e-4F) continue;
    Eigen::VectorXf direction = Eigen::VectorXf::Zero(gradient.size());
    direction.segment(begin, count) = gradient.segment(begin, count) / norm;
    const double slope = numeric_slope(network, samples, dropout, direction, 2e-3F);
    EXPECT_NEAR(slope, static_cast<double>(norm), 0.02 * static_cast<double>(norm) + 1e-4)
        << "block " << block;
  }
}

TEST(Network, GradientOfSoftmaxRegressionMatchesFiniteDifferences) {
  check_gradient({kPixels, 8, 0, kClasses}, 0.0F);
}

TEST(Network, GradientOfTwoHiddenLayersMatchesFiniteDifferences) {
  check_gradient({kPixels, 12, 2, kClasses}, 0.0F);
}

TEST(Network, GradientUnderDropoutMatchesFiniteDifferences) {
  check_gradient({kPixels, 20, 3, kClasses}, 0.4F);
}

TEST(Network, EvaluationAgreesWithTheTrainingLoss) {
  const Samples samples = random_samples(30, 4);
  const Network network({kPixels, 12, 2, kClasses}, 5);
  std::mt19937_64 rng(1);
  Eigen::VectorXf gradient;
  EXPECT_NEAR(network.evaluate(samples.pixels, samples.labels).loss,
              network.loss_and_gradient(samples.pixels, samples.labels, 0.0F, rng, gradient), 1e-6);
}

TEST(Network, LossOfHugeOutputsIsFinite) {
  const Samples samples = random_samples(30, 4);
  Network network({kPixels, 12, 1, kClasses}, 5);
  network.parameters() *= 1e4F;
  EXPECT_TRUE(std::isfinite(network.evaluate(samples.pixels, samples.labels).loss));
}

TEST(Network, TheSeedGivesTheWeights) {
  const Shape shape{kPixels, 12, 1, kClasses};
  EXPECT_EQ(Network(shape, 1).parameters(), Network(shape, 1).parameters());
  EXPECT_NE(Network(shape, 1).parameters(), Network(shape, 2).parameters());
}

}  // namespace
}  // namespace digits
