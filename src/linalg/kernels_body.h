// The kernels' code, for one vector path: included by a file that has named HPOPT_KERNELS, and
// Eigen if its own copy is to be another's. Nothing of the standard library's templates may be
// called here: the linker would keep one copy for both paths.
#include <cstdint>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "linalg/kernels.h"

namespace hpopt::HPOPT_KERNELS {
// NOLINTBEGIN(misc-definitions-in-headers): one file a vector path includes it.
namespace {

using Eigen::Index;
using Stride = Eigen::OuterStride<>;
using Block = Eigen::Map<Eigen::MatrixXd, 0, Stride>;
using ConstBlock = Eigen::Map<const Eigen::MatrixXd, 0, Stride>;

ConstBlock map(const ConstMatrixView& view) {
  return {view.data, static_cast<Index>(view.rows), static_cast<Index>(view.columns),
          Stride(static_cast<Index>(view.leading))};
}

/// A matrix as Eigen is given it: from an aligned address on. Its sums begin with what stands
/// before the first aligned element, so that their rounding would tell where the matrix lies in
/// memory.
class Aligned {
 public:
  explicit Aligned(const ConstMatrixView& view) : view_(view) {
    if (is_aligned(view.data)) return;
    copy_.resize(static_cast<Index>(view.leading), static_cast<Index>(view.columns));
    copy_.topRows(static_cast<Index>(view.rows)) = map(view);
    view_.data = copy_.data();
  }
  Aligned(const Aligned&) = delete;
  Aligned& operator=(const Aligned&) = delete;

  [[nodiscard]] ConstBlock get() const { return map(view_); }

 private:
  static bool is_aligned(const double* data) {
    return reinterpret_cast<std::uintptr_t>(data) % EIGEN_DEFAULT_ALIGN_BYTES == 0;  // NOLINT
  }

  ConstMatrixView view_;
  Eigen::MatrixXd copy_;
};

/// The same of one that is changed: write() when that is done.
class AlignedResult {
 public:
  explicit AlignedResult(const MatrixView& view) : view_(view), aligned_(view) {}

  [[nodiscard]] Block get() {
    const ConstBlock block = aligned_.get();
    return {const_cast<double*>(block.data()), block.rows(), block.cols(),  // NOLINT: its own or
            Stride(block.outerStride())};                                   // the caller's
  }
  void write() {
    const ConstBlock block = aligned_.get();
    if (block.data() == view_.data) return;
    Block(view_.data, block.rows(), block.cols(), Stride(static_cast<Index>(view_.leading))) =
        block;
  }

 private:
  MatrixView view_;
  Aligned aligned_;
};

bool factor(MatrixView a) {
  AlignedResult matrix(a);
  Block block = matrix.get();
  Eigen::Ref<Eigen::MatrixXd, 0, Stride> in_place(block);
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd, 0, Stride>> cholesky(in_place);
  matrix.write();
  return cholesky.info() == Eigen::Success;
}

void solve_lower(ConstMatrixView l, MatrixView b) {
  const Aligned left(l);
  AlignedResult right(b);
  Block block = right.get();
  left.get().triangularView<Eigen::Lower>().solveInPlace(block);
  right.write();
}

void solve_upper(ConstMatrixView l, MatrixView b) {
  const Aligned left(l);
  AlignedResult right(b);
  Block block = right.get();
  left.get().transpose().triangularView<Eigen::Upper>().solveInPlace(block);
  right.write();
}

void add_product(double scale, ConstMatrixView a, ConstMatrixView b, MatrixView c) {
  const Aligned left(a);
  const Aligned right(b);
  AlignedResult sum(c);
  sum.get().noalias() += scale * (left.get() * right.get().transpose());
  sum.write();
}

void add_inner(double scale, ConstMatrixView a, ConstMatrixView b, MatrixView c) {
  const Aligned left(a);
  const Aligned right(b);
  AlignedResult sum(c);
  sum.get().noalias() += scale * (left.get().transpose() * right.get());
  sum.write();
}

// k(r) = (1 + s + s^2 / 3) exp(-s), s = sqrt(5) r; dk / d(r^2) = -5/6 (1 + s) exp(-s).
void matern(double* squared, double* slope, std::size_t count) {
  constexpr double kFive = 5;
  constexpr std::size_t kChunk = 64;
  using Chunk = Eigen::Array<double, kChunk, 1>;
  Chunk square = Chunk::Zero();
  for (std::size_t begin = 0; begin < count; begin += kChunk) {
    const std::size_t size = begin + kChunk < count ? kChunk : count - begin;
    for (std::size_t i = 0; i < size; ++i) square.data()[i] = squared[begin + i];
    const Chunk root = (kFive * square).sqrt();
    const Chunk decay = (-root).exp();
    const Chunk value = (1 + root + root.square() / 3) * decay;
    for (std::size_t i = 0; i < size; ++i) squared[begin + i] = value.data()[i];
    if (slope == nullptr) continue;
    const Chunk change = (-kFive / 6) * (1 + root) * decay;
    for (std::size_t i = 0; i < size; ++i) slope[begin + i] = change.data()[i];
  }
}

}  // namespace

const Kernels& table(std::string_view name) {
  static const Kernels kernels{name,        factor,    solve_lower, solve_upper,
                               add_product, add_inner, matern};
  return kernels;
}

// NOLINTEND(misc-definitions-in-headers)
}  // namespace hpopt::HPOPT_KERNELS
