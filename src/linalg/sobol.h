// Sobol: quasi-random points of the unit cube, any of them by its index.
//
//   const Sobol sobol(5, seed);
//   sobol.point(0);   // 5 coordinates in (0, 1)
//
// The sequence is Boost's (Joe and Kuo's direction numbers). Each coordinate is scrambled by a
// seeded nested uniform scramble, which keeps the net structure and makes every point uniform on
// its own (Owen 1995, in the hashed form of Burley, "Practical hash-based Owen scrambling", JCGT
// 2020). Coordinates beyond the tables' 3,667 are pseudo-random. Threads: const use is safe.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace hpopt {

class Sobol {
 public:
  Sobol(std::size_t dimensions, std::uint64_t seed);
  ~Sobol();
  Sobol(Sobol&&) noexcept;
  Sobol& operator=(Sobol&&) noexcept;

  [[nodiscard]] std::size_t dimensions() const { return dimensions_; }
  /// The same for the same (dimensions, seed, index). REQUIRES: index < 2^32 - 1.
  [[nodiscard]] std::vector<double> point(std::uint64_t index) const;

 private:
  struct Engine;
  std::size_t dimensions_;
  std::uint64_t seed_;
  std::unique_ptr<const Engine> engine_;
};

}  // namespace hpopt
