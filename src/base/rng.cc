#include "base/rng.h"

#include <cmath>
#include <numbers>

namespace hpopt {
namespace {

constexpr std::uint32_t kMultiplier0 = 0xD2511F53U;
constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57U;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9U;
constexpr std::uint32_t kWeyl1 = 0xBB67AE85U;
constexpr int kRounds = 10;

std::uint32_t low_half(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high_half(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32U); }

}  // namespace

void Rng::refill() {
  std::array<std::uint32_t, 4> counter{low_half(block_), high_half(block_), low_half(stream_),
                                       high_half(stream_)};
  std::uint32_t key0 = low_half(seed_);
  std::uint32_t key1 = high_half(seed_);
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{kMultiplier0} * counter[0];
    const std::uint64_t product1 = std::uint64_t{kMultiplier1} * counter[2];
    counter = {high_half(product1) ^ counter[1] ^ key0, low_half(product1),
               high_half(product0) ^ counter[3] ^ key1, low_half(product0)};
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
  buffer_ = {std::uint64_t{counter[1]} << 32U | counter[0],
             std::uint64_t{counter[3]} << 32U | counter[2]};
  left_ = 2;
  ++block_;
}

std::uint64_t Rng::next() {
  if (left_ == 0) refill();
  return buffer_[2 - left_--];
}

double Rng::uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

double Rng::normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::uint64_t Rng::below(std::uint64_t bound) {
  const std::uint64_t rejected = (0 - bound) % bound;  // 2^64 mod bound
  std::uint64_t draw = next();
  while (draw < rejected) draw = next();
  return draw % bound;
}

std::size_t Rng::weighted(std::span<const double> weights) {
  double sum = 0;
  for (double weight : weights) sum += weight;
  double left = uniform() * sum;
  std::size_t last_positive = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    last_positive = i;
    left -= weights[i];
    if (left < 0) return i;
  }
  return last_positive;
}

}  // namespace hpopt
