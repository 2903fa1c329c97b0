// Rng: a counter-based random stream. (seed, stream) names it, so that one stream a trial needs no
// shared state: Philox4x32-10, Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC
// 2011.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace hpopt {

class Rng {
 public:
  Rng(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {}

  [[nodiscard]] std::uint64_t next();                      ///< 64 uniform bits.
  [[nodiscard]] double uniform();                          ///< In [0, 1), 53 bits.
  [[nodiscard]] double normal();                           ///< Standard normal, by Box-Muller.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);  ///< In [0, bound), unbiased; bound > 0.
  /// An index drawn in proportion to non-negative weights. REQUIRES: a positive sum.
  [[nodiscard]] std::size_t weighted(std::span<const double> weights);

 private:
  void refill();

  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t block_ = 0;
  std::array<std::uint64_t, 2> buffer_{};
  unsigned left_ = 0;
};

}  // namespace hpopt
