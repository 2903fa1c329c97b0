// Latents: the reals behind the points of a layout, which a Gaussian draws and learns from.
//
// Behind each numeric coordinate stands a latent real: what was drawn before it was rounded to a
// cell, mirrored at a bound, or ignored where the axis is not active. The journal knows only what
// came of it. So the latent is drawn anew from the Gaussian as it is now, given the coordinate and
// all other latents: how good the point was depends on the coordinates alone, so that this has the
// very distribution that the lost one had.
//
// A real coordinate bends near its bounds as pycma's does, so that what is best at the bound is
// best at a smooth valley of latents, and not at the end of a slope.
#pragma once

#include <span>
#include <vector>

#include "base/rng.h"
#include "model/cma.h"
#include "model/margin.h"
#include "sampler/layout.h"

namespace hpopt {

class Latents {
 public:
  /// REQUIRES: the layout outlives it.
  explicit Latents(const Layout& layout);

  [[nodiscard]] const Layout& layout() const { return *layout_; }
  /// The axes that have latents, ascending, and those that have none.
  [[nodiscard]] std::span<const std::size_t> numeric() const { return numeric_; }
  [[nodiscard]] std::span<const std::size_t> categories() const { return categories_; }
  [[nodiscard]] bool is_real(std::size_t axis) const { return edges_[axis].empty(); }

  [[nodiscard]] double coordinate_of(std::size_t axis, double latent) const;
  /// One of those that a coordinate may have come from: of a real the one within the bounds, else
  /// the middle of the cell. REQUIRES: it is not NaN.
  [[nodiscard]] double latent_of(std::size_t axis, double coordinate) const;
  /// All that a coordinate may have come from. REQUIRES: it is NaN, or not of a real axis.
  [[nodiscard]] Cell cell_of(std::size_t axis, double coordinate) const;
  /// The latents of all numeric axes that a draw may have had from which the point came.
  [[nodiscard]] std::vector<double> redrawn(const Cma& source, std::span<const double> point,
                                            Rng& rng) const;
  /// Keeps the mean within bounds, and a margin around it on axes that are not real.
  void keep_in_bounds(Cma& source) const;

 private:
  [[nodiscard]] double redrawn(const Cma& source, std::size_t k, double coordinate,
                               std::span<const double> latents, Rng& rng) const;

  const Layout* layout_;
  std::vector<std::size_t> numeric_;
  std::vector<std::size_t> categories_;
  std::vector<std::vector<double>> edges_;  ///< By axis, between cells; real ones have none.
};

}  // namespace hpopt
