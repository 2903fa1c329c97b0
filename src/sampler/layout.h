// Layout: how a space looks to a density: one axis a parameter that can vary, and when it is
// active.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/rng.h"
#include "hpopt/space.h"
#include "model/parzen.h"

namespace hpopt {

/// Coordinates of a layout ("a point") are those that Parzen takes: a real in [0, 1] or the index
/// of a cell, NaN where the parameter is not active. A row is what Space::to_unit gives.
class Layout {
 public:
  /// Of more ordered values than this, a kernel's bandwidth spans several: as good as continuous.
  static constexpr std::uint64_t kMostOrderedCells = 16;

  explicit Layout(const Space& space, std::uint64_t most_ordered_cells = kMostOrderedCells);

  [[nodiscard]] std::span<const ParzenAxis> axes() const { return axes_; }
  [[nodiscard]] std::size_t size() const { return axes_.size(); }

  /// Appends the row's point to `points`.
  void append_point(std::span<const double> row, std::vector<double>& points) const;
  /// The row of a point; parameters that cannot vary get the middle.
  [[nodiscard]] std::vector<double> row_of(std::span<const double> point) const;
  /// Of any point, one where only what is active has coordinates.
  [[nodiscard]] std::vector<double> gated(std::vector<double> point) const;
  /// What distances are measured by: a real in [0, 1] also where cells are ordered; of categories
  /// the index; NaN where not active.
  [[nodiscard]] std::vector<double> coordinates(std::vector<double> point) const;
  /// Whether the axis is active, given the coordinates of the axes before it.
  [[nodiscard]] bool is_active(std::size_t axis, std::span<const double> point) const;

 private:
  /// The parent's axis must have one of these coordinates.
  struct Gate {
    std::size_t axis;
    std::vector<double> allowed;
  };
  struct Source {
    std::size_t parameter;
    Domain domain;
    std::vector<double> middles;  ///< Of the cells, ascending; empty: continuous.
    std::vector<Gate> gates;
    bool never = false;  ///< Its condition names another value of a parameter that cannot vary.
  };

  void add_axis(const Space& space, std::size_t parameter, std::uint64_t most_ordered_cells);
  [[nodiscard]] double coordinate_of(const Source& source, double unit) const;

  std::size_t parameters_;
  std::vector<ParzenAxis> axes_;
  std::vector<Source> sources_;
};

}  // namespace hpopt
