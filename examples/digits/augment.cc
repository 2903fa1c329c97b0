#include "augment.h"

#include <cmath>

namespace digits {
namespace {

constexpr float kLargestShift = 1.25F;
constexpr float kNoise = 0.25F;

// Uniform within [-1, 1), from the top 24 bits, which a float holds exactly.
float symmetric(std::mt19937_64& rng) {
  constexpr float kUnit = 1.0F / static_cast<float>(1U << 23U);
  return static_cast<float>(rng() >> 40U) * kUnit - 1.0F;
}

// One axis of the shift as a matrix: row `to` mixes the two source pixels nearest to `to - shift`.
Eigen::Matrix<float, kSide, kSide> shift_matrix(float shift) {
  Eigen::Matrix<float, kSide, kSide> mix = Eigen::Matrix<float, kSide, kSide>::Zero();
  const float whole = std::floor(shift);
  const float part = shift - whole;
  const auto offset = static_cast<Eigen::Index>(whole);
  for (Eigen::Index to = 0; to < kSide; ++to) {
    const Eigen::Index near = to - offset;
    if (near >= 0 && near < kSide) mix(to, near) = 1.0F - part;
    if (near >= 1 && near <= kSide) mix(to, near - 1) = part;
  }
  return mix;
}

}  // namespace

void distort(const Eigen::Ref<const Eigen::VectorXf>& image, std::mt19937_64& rng,
             Eigen::Ref<Eigen::VectorXf> copy) {
  using Square = Eigen::Matrix<float, kSide, kSide>;
  const Square across = shift_matrix(kLargestShift * symmetric(rng));
  const Square down = shift_matrix(kLargestShift * symmetric(rng));
  const Eigen::Map<const Square> source(image.data());
  Eigen::Map<Square> target(copy.data());
  target.noalias() = across * source * down.transpose();
  for (float& pixel : copy) pixel += kNoise * symmetric(rng);
}

Samples distorted(const Samples& samples, int copies, std::uint64_t seed) {
  std::mt19937_64 rng(seed);
  Samples result{Eigen::MatrixXf(kPixels, samples.count() * copies), {}};
  for (int copy = 0; copy < copies; ++copy) {
    for (Eigen::Index i = 0; i < samples.count(); ++i)
      distort(samples.pixels.col(i), rng, result.pixels.col(copy * samples.count() + i));
    result.labels.insert(result.labels.end(), samples.labels.begin(), samples.labels.end());
  }
  return result;
}

}  // namespace digits
