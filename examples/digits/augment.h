#pragma once

// The task is to read digits that sit a little off their place, under noise: every image that the
// network sees, in training and in evaluation, is a shifted and noisy copy of a sample.

#include <cstdint>
#include <random>

#include <Eigen/Core>

#include "data.h"

namespace digits {

// Writes a copy of `image` to `copy`: shifted by up to 1.25 pixels each way (bilinear between
// pixels, dark from outside), plus uniform noise. Both have kPixels entries.
void distort(const Eigen::Ref<const Eigen::VectorXf>& image, std::mt19937_64& rng,
             Eigen::Ref<Eigen::VectorXf> copy);

// `copies` distorted copies of every sample, the same ones for the same seed: a fixed set to
// evaluate on.
Samples distorted(const Samples& samples, int copies, std::uint64_t seed);

}  // namespace digits
