// Parzen: the density estimator of the tree-structured Parzen estimator (Bergstra et al., NeurIPS
// 2011), multivariate (Falkner et al., "BOHB", ICML 2018), with a bandwidth of its own for each
// kernel, as Bergstra's and Optuna's: see Watanabe, "Tree-structured Parzen estimator",
// arXiv:2304.11127, for what each choice does.
//
//   p(x) = sum_k w_k prod_d kernel_kd(x_d),   the last component being the prior
//
// A kernel's factor is a Gaussian truncated to [0, 1], its mass in a cell where values are few and
// ordered, or the smoothed indicator of Aitchison and Aitken (1976) where they are categories. A
// coordinate that is not active is NaN: in x it has no factor; in an observation it says nothing,
// so that its kernel is the prior there. The densities on all branches of a conditional space thus
// come from one mixture, and what branches share is learnt together.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/rng.h"

namespace hpopt {

/// One coordinate. Without cells it is a real in [0, 1]; else it is the index of a cell.
struct ParzenAxis {
  std::vector<double> cells = {};  ///< The prior probability of each value; sums to 1.
  bool ordered = false;            ///< Cells: near values behave alike; else they are categories.
  bool conditional = false;        ///< May be NaN; else it never is.
};

class Parzen {
 public:
  /// `observations`: rows of axes.size() coordinates; `weights`: one > 0 a row; the prior weighs 1.
  /// REQUIRES: observations.size() == weights.size() * axes.size(); the axes outlive it.
  Parzen(std::span<const ParzenAxis> axes, std::span<const double> observations,
         std::span<const double> weights);

  /// Of each row of `points`, into `out`. REQUIRES: points.size() == out.size() * axes.size().
  void log_density(std::span<const double> points, std::span<double> out) const;

  /// A component in proportion to its weight; components() - 1 is the prior.
  [[nodiscard]] std::size_t draw_component(Rng& rng) const;
  /// A coordinate from a component's kernel along one axis.
  [[nodiscard]] double draw(std::size_t component, std::size_t axis, Rng& rng) const;
  [[nodiscard]] std::size_t components() const { return rows_ + 1; }
  /// Of an observation's kernel along a continuous axis.
  [[nodiscard]] double bandwidth(std::size_t component, std::size_t axis) const {
    return columns_[axis].bandwidths[component];
  }

 private:
  /// One axis of all components but the prior.
  struct Column {
    std::vector<double> centers;        ///< Continuous; where the observation says nothing, any.
    std::vector<double> bandwidths;     ///< Continuous.
    std::vector<double> scales;         ///< Continuous: 1 / (2 h^2); 0: says nothing.
    std::vector<double> log_constants;  ///< Continuous, conditional: log factor at the center.
    std::vector<std::uint32_t> values;  ///< Cells; the number of cells: says nothing.
    std::vector<double> log_factors;    ///< Cells: see parzen.cc.
  };

  void fill_column(std::size_t axis, std::span<const double> observations, double active_axes);
  static void fill_bandwidths(Column& column, double observed, double active_axes);
  static void fill_scales(Column& column);
  static void fill_ordered(Column& column, const std::vector<double>& cells, double bandwidth);
  static void fill_categories(Column& column, const std::vector<double>& cells, double observed);
  static void multiply_by_masses(const Column& column, std::vector<double>& masses);
  static void fill_log_constants(Column& column);
  void add_log_factors(std::size_t axis, double coordinate, std::span<double> terms) const;

  std::span<const ParzenAxis> axes_;
  std::size_t rows_;
  std::vector<double> cumulative_;   ///< Of the components' weights; ends at 1.
  std::vector<double> log_weights_;  ///< With the log constants of axes that are always active.
  std::vector<Column> columns_;
};

}  // namespace hpopt
