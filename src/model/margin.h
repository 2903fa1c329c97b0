// Margins: what keeps a Gaussian from settling in one cell of a discrete axis for good: Hamano,
// Saito, Nomura and Shirakawa, "CMA-ES with margin", GECCO 2022 (arXiv:2205.13482).
#pragma once

namespace hpopt {

/// One cell of an axis that is cut into cells; the outermost cells reach to infinity.
struct Cell {
  double low;
  double high;
};

struct AxisNormal {
  double mean;
  double deviation;
};

/// Moved and widened as little as gives each side of the cell that holds the mean a probability: at
/// least alpha / 2 where the cell has two neighbours, alpha where it has one.
[[nodiscard]] AxisNormal with_margin(AxisNormal normal, Cell cell, double alpha);

/// The quantile of the normal distribution truncated to the cell.
[[nodiscard]] double truncated_quantile(AxisNormal normal, Cell cell, double probability);

}  // namespace hpopt
