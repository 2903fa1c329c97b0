#include "linalg/cholesky.h"

#include <algorithm>
#include <cmath>

namespace hpopt {

std::optional<Cholesky> Cholesky::of(std::span<const double> matrix, std::size_t n,
                                     const Kernels& kernels) {
  Cholesky factor(kernels);
  factor.capacity_ = n;
  factor.size_ = n;
  factor.lower_.assign(matrix.begin(), matrix.end());
  if (!kernels.factor(factor.block(0, 0, n, n))) return std::nullopt;
  return factor;
}

// [A B; B^T C] has the factor [L 0; (L^-1 B)^T M], M M^T = C - (L^-1 B)^T (L^-1 B).
bool Cholesky::grow(std::span<const double> beside, std::span<const double> corner, std::size_t m) {
  const std::size_t old = size_;
  reserve(old + m);
  std::vector<double> solved(beside.begin(), beside.end());
  const MatrixView right{solved.data(), old, m, old};
  if (old > 0) kernels_->solve_lower(factor(), right);
  const MatrixView added = block(old, old, m, m);
  for (std::size_t column = 0; column < m; ++column) {
    for (std::size_t row = 0; row < m; ++row) {
      added.data[column * capacity_ + row] = corner[column * m + row];
    }
    for (std::size_t row = 0; row < old; ++row) {
      lower_[row * capacity_ + old + column] = solved[column * old + row];
    }
  }
  if (old > 0) kernels_->add_inner(-1, right, right, added);
  if (!kernels_->factor(added)) return false;
  size_ = old + m;
  return true;
}

void Cholesky::reserve(std::size_t rows) {
  if (rows <= capacity_) return;
  const std::size_t capacity = std::max(rows, capacity_ + capacity_ / 2);
  AlignedVector<double> moved(capacity * capacity);
  for (std::size_t column = 0; column < size_; ++column) {
    const auto from = lower_.begin() + static_cast<std::ptrdiff_t>(column * capacity_ + column);
    std::copy(from, from + static_cast<std::ptrdiff_t>(size_ - column),
              moved.begin() + static_cast<std::ptrdiff_t>(column * capacity + column));
  }
  lower_ = std::move(moved);
  capacity_ = capacity;
}

void Cholesky::solve_lower(std::span<double> b, std::size_t columns) const {
  if (size_ > 0) kernels_->solve_lower(factor(), {b.data(), size_, columns, size_});
}

void Cholesky::solve(std::span<double> b, std::size_t columns) const {
  if (size_ == 0) return;
  solve_lower(b, columns);
  kernels_->solve_upper(factor(), {b.data(), size_, columns, size_});
}

std::vector<double> Cholesky::inverse() const {
  constexpr std::size_t kColumns = 64;
  std::vector<double> inverse(size_ * size_, 0.0);
  for (std::size_t begin = 0; begin < size_; begin += kColumns) {
    // From the diagonal down, where only the rest of L counts: what is above is symmetric.
    const std::size_t rows = size_ - begin;
    const ConstMatrixView rest(lower_.data() + begin * (capacity_ + 1), rows, rows, capacity_);
    const MatrixView part{inverse.data() + begin * (size_ + 1), rows, std::min(kColumns, rows),
                          size_};
    for (std::size_t i = 0; i < part.columns; ++i) part.data[i * (size_ + 1)] = 1;
    kernels_->solve_lower(rest, part);
    kernels_->solve_upper(rest, part);
  }
  for (std::size_t j = 0; j < size_; ++j) {
    for (std::size_t i = 0; i < j; ++i) inverse[j * size_ + i] = inverse[i * size_ + j];
  }
  return inverse;
}

double Cholesky::log_determinant() const {
  double half = 0;
  for (std::size_t i = 0; i < size_; ++i) half += std::log(at(i, i));
  return 2 * half;
}

}  // namespace hpopt
