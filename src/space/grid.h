// Grids: quantised values counted from the lower bound, and their cells in [0, 1].
//
// On a linear scale the cells are equal. On a log scale the edge between two values is their
// middle, as if a continuous log-uniform variable were rounded; the outermost edges mirror their
// neighbours in log space, so that no edge reaches zero.
#pragma once

#include <cstdint>

#include "hpopt/domain.h"

namespace hpopt {

struct Grid {
  double low = 0;
  double step = 1;
  std::uint64_t last = 0;  ///< The index of the greatest value.
  Scale scale = Scale::kLinear;
};

[[nodiscard]] Grid grid_of(const FloatDomain& domain);  ///< REQUIRES: step > 0.
[[nodiscard]] Grid grid_of(const IntDomain& domain);
[[nodiscard]] Grid grid_of(const BetaDomain& domain);  ///< REQUIRES: step > 0.

/// The middle of the index's cell. REQUIRES: index <= last.
[[nodiscard]] double cell_middle(const Grid& grid, std::uint64_t index);
/// The index whose cell holds `unit`, which is in [0, 1].
[[nodiscard]] std::uint64_t cell_at(const Grid& grid, double unit);
/// The index of the value nearest to a number, clamped to the grid.
[[nodiscard]] std::uint64_t nearest_index(const Grid& grid, double number);
[[nodiscard]] bool on_grid(const Grid& grid, double number);

[[nodiscard]] double grid_value(const FloatDomain& domain, std::uint64_t index);
[[nodiscard]] std::int64_t grid_value(const IntDomain& domain, std::uint64_t index);
/// `count` steps from zero: an integer when the step is whole, else a real.
[[nodiscard]] Value multiple_of(double step, double count);
[[nodiscard]] bool is_whole_step(double step);
/// Between two neighbours of a quantised domain; 0 for all others.
[[nodiscard]] double step_of(const Domain& domain);

}  // namespace hpopt
