// Kernels: the numeric loops that gain from wide vectors, compiled twice: for every x86-64 (or
// other machine), and for x86-64-v3 (AVX2 and FMA). Which one runs is decided when the program
// starts.
//
// Matrices are column-major; the leading dimension is the distance of two columns. The two paths
// round differently: what they compute agrees to about 1e-13 relatively, as far as the matrix's
// condition allows; docs/algorithms.md says what comes of it. Threads: any.
#pragma once

#include <cstddef>
#include <string_view>

namespace hpopt {

struct MatrixView {
  double* data;
  std::size_t rows;
  std::size_t columns;
  std::size_t leading;  ///< >= rows
};
struct ConstMatrixView {
  ConstMatrixView(const double* first, std::size_t r, std::size_t c, std::size_t l)
      : data(first), rows(r), columns(c), leading(l) {}
  ConstMatrixView(const MatrixView& view)  // NOLINT(google-explicit-constructor): as it is
      : data(view.data), rows(view.rows), columns(view.columns), leading(view.leading) {}
  const double* data;
  std::size_t rows;
  std::size_t columns;
  std::size_t leading;
};

struct Kernels {
  std::string_view name;
  /// The lower triangle becomes that of L, a = L L^T. false: a is not positive definite.
  bool (*factor)(MatrixView a);
  /// b = L^-1 b, and b = L^-T b.
  void (*solve_lower)(ConstMatrixView l, MatrixView b);
  void (*solve_upper)(ConstMatrixView l, MatrixView b);
  /// c += scale * a b^T.
  void (*add_product)(double scale, ConstMatrixView a, ConstMatrixView b, MatrixView c);
  /// c += scale * a^T b.
  void (*add_inner)(double scale, ConstMatrixView a, ConstMatrixView b, MatrixView c);
  /// Of squared distances: the Matern-5/2 correlation, and into `slope` (unless null) its
  /// derivative by the squared distance.
  void (*matern)(double* squared, double* slope, std::size_t count);
};

enum class VectorPath { kBaseline, kWide };

/// Null: this machine, or this build, has no such path.
[[nodiscard]] const Kernels* kernels_of(VectorPath path);
/// The best that this machine has.
[[nodiscard]] const Kernels& kernels();

}  // namespace hpopt
