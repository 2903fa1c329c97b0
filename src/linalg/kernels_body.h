// The kernels' code, for one vector path: included by a file that has named HPOPT_KERNELS, and
// Eigen if its own copy is to be another's. Nothing of the standard library's templates may be
// called here: the linker would keep one copy for both paths.
#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "linalg/kernels.h"

namespace hpopt::HPOPT_KERNELS {
namespace {

using Eigen::Index;
using Stride = Eigen::OuterStride<>;
using Block = Eigen::Map<Eigen::MatrixXd, 0, Stride>;
using ConstBlock = Eigen::Map<const Eigen::MatrixXd, 0, Stride>;

Block map(const MatrixView& view) {
  return {view.data, static_cast<Index>(view.rows), static_cast<Index>(view.columns),
          Stride(static_cast<Index>(view.leading))};
}
ConstBlock map(const ConstMatrixView& view) {
  return {view.data, static_cast<Index>(view.rows), static_cast<Index>(view.columns),
          Stride(static_cast<Index>(view.leading))};
}

bool factor(MatrixView a) {
  Block matrix = map(a);
  Eigen::Ref<Eigen::MatrixXd, 0, Stride> in_place(matrix);
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd, 0, Stride>> cholesky(in_place);
  return cholesky.info() == Eigen::Success;
}

void solve_lower(ConstMatrixView l, MatrixView b) {
  Block right = map(b);
  map(l).triangularView<Eigen::Lower>().solveInPlace(right);
}

void solve_upper(ConstMatrixView l, MatrixView b) {
  Block right = map(b);
  map(l).transpose().triangularView<Eigen::Upper>().solveInPlace(right);
}

void add_product(double scale, ConstMatrixView a, ConstMatrixView b, MatrixView c) {
  map(c).noalias() += scale * (map(a) * map(b).transpose());
}

void add_inner(double scale, ConstMatrixView a, ConstMatrixView b, MatrixView c) {
  map(c).noalias() += scale * (map(a).transpose() * map(b));
}

// k(r) = (1 + s + s^2 / 3) exp(-s), s = sqrt(5) r; dk / d(r^2) = -5/6 (1 + s) exp(-s).
void matern(double* squared, double* slope, std::size_t count) {
  constexpr double kFive = 5;
  Eigen::Map<Eigen::ArrayXd> square(squared, static_cast<Index>(count));
  constexpr Index kChunk = 256;
  Eigen::Array<double, kChunk, 1> root;
  Eigen::Array<double, kChunk, 1> decay;
  for (Index begin = 0; begin < square.size(); begin += kChunk) {
    const Index size = begin + kChunk < square.size() ? kChunk : square.size() - begin;
    auto part = square.segment(begin, size);
    root.head(size) = (kFive * part).sqrt();
    decay.head(size) = (-root.head(size)).exp();
    if (slope != nullptr) {
      Eigen::Map<Eigen::ArrayXd>(slope + begin, size) =
          (-kFive / 6) * (1 + root.head(size)) * decay.head(size);
    }
    part = (1 + root.head(size) + root.head(size).square() / 3) * decay.head(size);
  }
}

}  // namespace

const Kernels& table(std::string_view name) {
  static const Kernels kernels{name,        factor,    solve_lower, solve_upper,
                               add_product, add_inner, matern};
  return kernels;
}

}  // namespace hpopt::HPOPT_KERNELS
