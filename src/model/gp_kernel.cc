#include "model/gp_kernel.h"

#include <cmath>

namespace hpopt {

double GpKernel::difference(std::size_t axis, double x, double y) const {
  constexpr double kMiddle = 0.5;
  constexpr double kBeside = 0.25;
  const bool lacks_x = std::isnan(x);
  const bool lacks_y = std::isnan(y);
  if (lacks_x && lacks_y) return 0;
  if (axes_[axis].is_category) return x == y ? 0 : 1;
  if (lacks_x || lacks_y) {
    const double away = (lacks_x ? y : x) - kMiddle;
    return away * away + kBeside;
  }
  return (x - y) * (x - y);
}

std::vector<double> GpKernel::squared_distances(std::span<const double> a,
                                                std::span<const double> b,
                                                const GpParameters& parameters) const {
  const std::size_t down = a.size() / width();
  const std::size_t across = b.size() / width();
  std::vector<double> squared(down * across, 0.0);
  std::vector<double> column(down);
  for (std::size_t axis = 0; axis < width(); ++axis) {
    const double weight = 1 / (parameters.lengths[axis] * parameters.lengths[axis]);
    bool plain = !axes_[axis].is_category;
    for (std::size_t i = 0; i < down; ++i) {
      column[i] = a[i * width() + axis];
      plain = plain && !std::isnan(column[i]);
    }
    for (std::size_t j = 0; j < across; ++j) {
      const double y = b[j * width() + axis];
      double* const out = squared.data() + j * down;
      if (plain && !std::isnan(y)) {
        for (std::size_t i = 0; i < down; ++i) out[i] += weight * (column[i] - y) * (column[i] - y);
      } else {
        for (std::size_t i = 0; i < down; ++i) out[i] += weight * difference(axis, column[i], y);
      }
    }
  }
  return squared;
}

std::vector<double> GpKernel::covariance(std::span<const double> a, std::span<const double> b,
                                         const GpParameters& parameters) const {
  std::vector<double> matrix = squared_distances(a, b, parameters);
  kernels_->matern(matrix.data(), nullptr, matrix.size());
  for (double& element : matrix) element *= parameters.scale;
  return matrix;
}

}  // namespace hpopt
