// Reward: what a row is worth to be tried next; the search of acquisition.h looks for its maximum.
// Rows are Layout::coordinates; worths are logarithms, so what several say of a row is added.
//
// Threads: const use is safe.
#pragma once

#include <memory>
#include <span>
#include <vector>

namespace hpopt {

class Reward {
 public:
  virtual ~Reward() = default;
  /// Adds each row's worth to `worths`, one element a row.
  virtual void add(std::span<const double> rows, std::span<double> worths) const = 0;
  /// Adds to the derivatives by the coordinates of one row; the row's worth. Of a coordinate that
  /// is no real, or not active, the derivative means nothing.
  virtual double add_slope(std::span<const double> row, std::span<double> slope) const = 0;
};

/// What all of them say.
using Rewards = std::vector<std::unique_ptr<Reward>>;

}  // namespace hpopt
