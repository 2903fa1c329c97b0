// GpKernel: the covariance of a Gaussian process over the rows of a space.
//
//   k(x, y) = scale * matern52(r),   r^2 = sum over axes of difference(x_d, y_d) / length_d^2
//
// A row has one coordinate an axis, NaN where it is not active. The difference of two reals is
// their squared distance; of two categories 0 or 1 (Hamming); of an active and an inactive
// coordinate that of a point that lies beside the axis, opposite its middle: (x - 1/2)^2 + 1/4.
// Both are squared distances of an embedding, so the kernel is positive definite on conditional
// spaces too. Threads: any.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "linalg/kernels.h"

namespace hpopt {

struct GpAxis {
  bool is_category = false;  ///< Coordinates are equal or not; else they are reals in [0, 1].
};

/// Of a process with noise. All > 0.
struct GpParameters {
  std::vector<double> lengths;  ///< One an axis.
  double scale = 1;             ///< The prior variance.
  double noise = 0.01;          ///< The variance of what is observed beside the function.
};

class GpKernel {
 public:
  GpKernel(std::vector<GpAxis> axes, const Kernels& kernels)
      : axes_(std::move(axes)), kernels_(&kernels) {}

  [[nodiscard]] std::size_t width() const { return axes_.size(); }
  [[nodiscard]] const Kernels& kernels() const { return *kernels_; }
  [[nodiscard]] bool is_category(std::size_t axis) const { return axes_[axis].is_category; }

  /// Of one axis, between two coordinates.
  [[nodiscard]] double difference(std::size_t axis, double x, double y) const;
  /// r^2 of each of `a`'s rows (down) with each of `b`'s (across): a column a row of b.
  [[nodiscard]] std::vector<double> squared_distances(std::span<const double> a,
                                                      std::span<const double> b,
                                                      const GpParameters& parameters) const;
  /// The covariance of the same, without noise.
  [[nodiscard]] std::vector<double> covariance(std::span<const double> a, std::span<const double> b,
                                               const GpParameters& parameters) const;

 private:
  std::vector<GpAxis> axes_;
  const Kernels* kernels_;
};

}  // namespace hpopt
