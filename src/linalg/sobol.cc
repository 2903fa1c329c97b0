#include "linalg/sobol.h"

#include <algorithm>
#include <utility>

#include <boost/random/sobol.hpp>

#include "base/rng.h"

namespace hpopt {
namespace {

constexpr unsigned kBits = 32;
constexpr std::size_t kTableDimensions = boost::random::default_sobol_table::max_dimension;
constexpr std::uint64_t kScrambleStream = 0x536F626F6CULL;  // apart from the streams of trials
constexpr std::uint64_t kFillStream = 0x46696C6CULL << 32U;

std::uint32_t reverse_bits(std::uint32_t bits) {
  bits = ((bits >> 1U) & 0x55555555U) | ((bits & 0x55555555U) << 1U);
  bits = ((bits >> 2U) & 0x33333333U) | ((bits & 0x33333333U) << 2U);
  bits = ((bits >> 4U) & 0x0F0F0F0FU) | ((bits & 0x0F0F0F0FU) << 4U);
  return __builtin_bswap32(bits);
}

/// A random permutation under which a bit depends on lower bits only (Burley 2020, listing 2).
std::uint32_t laine_karras(std::uint32_t bits, std::uint32_t seed) {
  bits += seed;
  bits ^= bits * 0x6C50B47CU;
  bits ^= bits * 0xB82F1E52U;
  bits ^= bits * 0xC7AFE638U;
  bits ^= bits * 0x8D22F6E6U;
  return bits;
}

std::uint32_t nested_uniform_scramble(std::uint32_t bits, std::uint32_t seed) {
  return reverse_bits(laine_karras(reverse_bits(bits), seed));
}

double to_open_unit(std::uint32_t bits) { return (static_cast<double>(bits) + 0.5) * 0x1p-32; }

}  // namespace

struct Sobol::Engine {
  boost::random::sobol_engine<std::uint32_t, kBits> sequence;
  std::vector<std::uint32_t> scrambles;
};

Sobol::Sobol(std::size_t dimensions, std::uint64_t seed) : dimensions_(dimensions), seed_(seed) {
  const std::size_t tabled = std::clamp<std::size_t>(dimensions, 1, kTableDimensions);
  std::vector<std::uint32_t> scrambles(tabled);
  Rng rng(seed, kScrambleStream);
  for (std::uint32_t& scramble : scrambles)
    scramble = static_cast<std::uint32_t>(rng.next() >> 32U);
  engine_ = std::make_unique<const Engine>(
      Engine{boost::random::sobol_engine<std::uint32_t, kBits>(tabled), std::move(scrambles)});
}

Sobol::~Sobol() = default;
Sobol::Sobol(Sobol&&) noexcept = default;
Sobol& Sobol::operator=(Sobol&&) noexcept = default;

std::vector<double> Sobol::point(std::uint64_t index) const {
  auto sequence = engine_->sequence;
  sequence.seed(static_cast<std::uint32_t>(index));
  std::vector<double> point(dimensions_);
  const std::size_t tabled = std::min(dimensions_, engine_->scrambles.size());
  for (std::size_t i = 0; i < tabled; ++i) {
    point[i] = to_open_unit(nested_uniform_scramble(sequence(), engine_->scrambles[i]));
  }
  Rng rest(seed_, kFillStream + index);
  for (std::size_t i = tabled; i < dimensions_; ++i) {
    point[i] = to_open_unit(static_cast<std::uint32_t>(rest.next() >> 32U));
  }
  return point;
}

}  // namespace hpopt
