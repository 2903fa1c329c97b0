#pragma once

// Small random stand-ins for the digits, so that the unit tests need no data file.

#include <cstdint>
#include <random>

#include "data.h"

namespace digits {

// Every digit has a pattern of its own; a sample is its digit's pattern under noise.
inline Samples random_samples(Eigen::Index count, std::uint64_t seed) {
  std::mt19937_64 patterns_rng(7);
  std::mt19937_64 rng(seed);
  std::uniform_real_distribution<float> brightness(0.0F, 1.0F);
  const Eigen::MatrixXf patterns =
      Eigen::MatrixXf::NullaryExpr(kPixels, kClasses, [&] { return brightness(patterns_rng); });
  Samples samples{Eigen::MatrixXf(kPixels, count), {}};
  for (Eigen::Index i = 0; i < count; ++i) {
    const Eigen::Index label = i % kClasses;
    samples.labels.push_back(static_cast<int>(label));
    samples.pixels.col(i) = patterns.col(label);
    for (float& pixel : samples.pixels.col(i)) pixel = 0.8F * pixel + 0.2F * brightness(rng);
  }
  return samples;
}

inline Digits random_digits() {
  return {random_samples(60, 1), random_samples(40, 2), random_samples(40, 3)};
}

}  // namespace digits
