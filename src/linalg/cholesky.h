// Cholesky: the factor L of a symmetric positive definite matrix A = L L^T that grows at its end.
//
//   auto factor = Cholesky::of(matrix, n);      // none: it is not positive definite
//   factor->grow(beside, corner, m);            // [A B; B^T C], in O(n^2 m)
//   factor->solve(right, columns);              // A^-1 b, in place
//
// Threads: const use is safe.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "linalg/aligned_vector.h"
#include "linalg/kernels.h"

namespace hpopt {

class Cholesky {
 public:
  /// `matrix`: n columns of n; the upper triangle is not read. None: not positive definite.
  static std::optional<Cholesky> of(std::span<const double> matrix, std::size_t n,
                                    const Kernels& kernels = hpopt::kernels());

  /// Adds m rows and columns. `beside`: m columns of size(), between the old and the new; `corner`:
  /// m columns of m. false: no longer positive definite, and nothing was added.
  bool grow(std::span<const double> beside, std::span<const double> corner, std::size_t m);
  /// Takes back what was grown beyond n. REQUIRES: n <= size().
  void shrink(std::size_t n) { size_ = n; }

  [[nodiscard]] std::size_t size() const { return size_; }
  /// L^-1 b of `columns` columns, in place.
  void solve_lower(std::span<double> b, std::size_t columns) const;
  /// A^-1 b.
  void solve(std::span<double> b, std::size_t columns) const;
  /// A^-1, both triangles.
  [[nodiscard]] std::vector<double> inverse() const;
  /// log det A.
  [[nodiscard]] double log_determinant() const;
  /// Element of L. REQUIRES: column <= row < size().
  [[nodiscard]] double at(std::size_t row, std::size_t column) const {
    return lower_[column * capacity_ + row];
  }

 private:
  explicit Cholesky(const Kernels& kernels) : kernels_(&kernels) {}
  void reserve(std::size_t rows);
  [[nodiscard]] MatrixView block(std::size_t row, std::size_t column, std::size_t rows,
                                 std::size_t columns) {
    return {lower_.data() + column * capacity_ + row, rows, columns, capacity_};
  }
  [[nodiscard]] ConstMatrixView factor() const { return {lower_.data(), size_, size_, capacity_}; }

  const Kernels* kernels_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;     ///< Rows and columns that `lower_` has room for.
  AlignedVector<double> lower_;  ///< What is above the diagonal means nothing.
};

}  // namespace hpopt
