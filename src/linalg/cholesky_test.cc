#include "linalg/cholesky.h"

#include <cmath>
#include <optional>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace hpopt {
namespace {

/// X X^T + ridge, n columns of n.
std::vector<double> positive(std::size_t n, double ridge = 1) {
  Rng rng(n, 1);
  std::vector<double> x(n * n);
  for (double& number : x) number = rng.normal();
  std::vector<double> matrix(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) matrix[j * n + i] += x[k * n + i] * x[k * n + j];
    }
    matrix[i * n + i] += ridge;
  }
  return matrix;
}

std::vector<double> block(const std::vector<double>& matrix, std::size_t n, std::size_t row,
                          std::size_t column, std::size_t rows, std::size_t columns) {
  std::vector<double> part;
  for (std::size_t j = column; j < column + columns; ++j) {
    for (std::size_t i = row; i < row + rows; ++i) part.push_back(matrix[j * n + i]);
  }
  return part;
}

class CholeskyTest : public ::testing::TestWithParam<VectorPath> {
 protected:
  void SetUp() override {
    if (kernels_of(GetParam()) == nullptr) GTEST_SKIP() << "this machine has no wide vectors";
  }
  const Kernels& kernels() const { return *kernels_of(GetParam()); }
};

TEST_P(CholeskyTest, MultipliesToTheMatrix) {
  for (const std::size_t n : {1U, 2U, 7U, 64U, 150U}) {
    const std::vector<double> matrix = positive(n);
    const auto factor = Cholesky::of(matrix, n, kernels());
    ASSERT_TRUE(factor.has_value());
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double sum = 0;
        for (std::size_t k = 0; k <= j; ++k) sum += factor->at(i, k) * factor->at(j, k);
        ASSERT_NEAR(sum, matrix[j * n + i], 1e-10 * matrix[i * n + i]) << n;
      }
    }
  }
}

TEST_P(CholeskyTest, SolvesAndInverts) {
  constexpr std::size_t kSize = 150;
  const std::vector<double> matrix = positive(kSize);
  const auto factor = Cholesky::of(matrix, kSize, kernels());
  std::vector<double> product = matrix;
  factor->solve(product, kSize);
  const std::vector<double> inverse = factor->inverse();
  for (std::size_t i = 0; i < kSize; ++i) {
    for (std::size_t j = 0; j < kSize; ++j) {
      EXPECT_NEAR(product[j * kSize + i], i == j ? 1 : 0, 1e-9);
      double sum = 0;
      for (std::size_t k = 0; k < kSize; ++k) {
        sum += inverse[k * kSize + i] * matrix[j * kSize + k];
      }
      EXPECT_NEAR(sum, i == j ? 1 : 0, 1e-9);
    }
  }
}

TEST_P(CholeskyTest, GrowsToTheSameFactor) {
  constexpr std::size_t kSize = 60;
  const std::vector<double> matrix = positive(kSize);
  const auto whole = Cholesky::of(matrix, kSize, kernels());
  auto grown = Cholesky::of(block(matrix, kSize, 0, 0, 5, 5), 5, kernels());
  for (const std::size_t m : {1U, 1U, 20U, 3U, 30U}) {
    const std::size_t n = grown->size();
    ASSERT_TRUE(grown->grow(block(matrix, kSize, 0, n, n, m), block(matrix, kSize, n, n, m, m), m));
  }
  ASSERT_EQ(grown->size(), kSize);
  for (std::size_t i = 0; i < kSize; ++i) {
    for (std::size_t j = 0; j <= i; ++j) EXPECT_NEAR(grown->at(i, j), whole->at(i, j), 1e-10);
  }
  EXPECT_NEAR(grown->log_determinant(), whole->log_determinant(), 1e-10);
}

TEST_P(CholeskyTest, WhatIsTakenBackWasNeverThere) {
  const std::vector<double> matrix = positive(12);
  auto factor = Cholesky::of(block(matrix, 12, 0, 0, 8, 8), 8, kernels());
  const double before = factor->log_determinant();
  ASSERT_TRUE(factor->grow(block(matrix, 12, 0, 8, 8, 4), block(matrix, 12, 8, 8, 4, 4), 4));
  factor->shrink(8);
  EXPECT_EQ(factor->log_determinant(), before);
}

TEST_P(CholeskyTest, ASingularMatrixIsToldAndHarmsNothing) {
  const std::vector<double> ones(9, 1.0);
  EXPECT_FALSE(Cholesky::of(std::vector<double>{1, 2, 2, 1}, 2, kernels()).has_value());
  auto factor = Cholesky::of(std::vector<double>{1}, 1, kernels());
  const double one[] = {1};
  EXPECT_FALSE(factor->grow(one, std::vector<double>{0.5}, 1));
  EXPECT_EQ(factor->size(), 1U);
  EXPECT_TRUE(factor->grow(one, std::vector<double>{2}, 1));
}

TEST(Kernels, TheTwoPathsAgree) {
  const Kernels* wide = kernels_of(VectorPath::kWide);
  if (wide == nullptr) GTEST_SKIP() << "this machine has no wide vectors";
  constexpr std::size_t kSize = 200;
  const std::vector<double> matrix = positive(kSize);
  const auto narrow_factor = Cholesky::of(matrix, kSize, *kernels_of(VectorPath::kBaseline));
  const auto wide_factor = Cholesky::of(matrix, kSize, *wide);
  for (std::size_t i = 0; i < kSize; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      EXPECT_NEAR(narrow_factor->at(i, j), wide_factor->at(i, j), 1e-10);
    }
  }
}

/// What the kernels make of a matrix and a right side that lie `shift` numbers off a cache line.
std::vector<double> computed_at(std::size_t shift, std::size_t size, std::size_t columns,
                                const Kernels& kernels) {
  const auto moved = [&](const std::vector<double>& numbers) {
    AlignedVector<double> place(shift, 0.0);
    place.insert(place.end(), numbers.begin(), numbers.end());
    return place;
  };
  AlignedVector<double> matrix = moved(positive(size));
  std::vector<double> numbers;
  numbers.reserve(size * columns);
  for (std::size_t i = 0; i < size * columns; ++i) numbers.push_back(std::sin(double(i)));
  AlignedVector<double> right = moved(numbers);
  AlignedVector<double> product = moved(std::vector<double>(columns * columns, 0.0));
  AlignedVector<double> slope = moved(numbers);
  const MatrixView left{matrix.data() + shift, size, size, size};
  const MatrixView b{right.data() + shift, size, columns, size};
  EXPECT_TRUE(kernels.factor(left));
  kernels.solve_lower(left, b);
  kernels.add_inner(0.7, b, b, {product.data() + shift, columns, columns, columns});
  kernels.solve_upper(left, b);
  AlignedVector<double> wide = moved(std::vector<double>(size * size, 0.0));
  const MatrixView outer{wide.data() + shift, size, size, size};
  kernels.add_product(0.7, b, b, outer);
  AlignedVector<double> squared = moved(numbers);
  for (double& number : squared) number = std::abs(number);
  kernels.matern(squared.data() + shift, slope.data() + shift, size * columns);
  std::vector<double> all;
  for (const auto* part : {&right, &product, &wide, &squared, &slope}) {
    all.insert(all.end(), part->begin() + static_cast<std::ptrdiff_t>(shift), part->end());
  }
  return all;
}

// Else the same study would decide otherwise in another process.
TEST(Kernels, ComputeTheSameWhereverTheNumbersLie) {
  for (const VectorPath path : {VectorPath::kBaseline, VectorPath::kWide}) {
    if (kernels_of(path) == nullptr) continue;
    for (const std::size_t size : {6U, 9U, 150U}) {
      for (const std::size_t columns : {1U, 5U}) {
        const auto expected = computed_at(0, size, columns, *kernels_of(path));
        for (std::size_t shift = 1; shift < 8; ++shift) {
          EXPECT_EQ(computed_at(shift, size, columns, *kernels_of(path)), expected) << shift;
        }
      }
    }
  }
}

TEST(Kernels, MaternHasItsPublishedFormAndSlope) {
  for (const VectorPath path : {VectorPath::kBaseline, VectorPath::kWide}) {
    if (kernels_of(path) == nullptr) continue;
    std::vector<double> squared;
    squared.reserve(1000);
    for (int i = 0; i < 1000; ++i) squared.push_back(1e-3 * i * i);
    std::vector<double> value = squared;
    std::vector<double> slope(squared.size());
    kernels_of(path)->matern(value.data(), slope.data(), value.size());
    EXPECT_EQ(value[0], 1);
    for (std::size_t i = 0; i < squared.size(); ++i) {
      const double r = std::sqrt(squared[i]);
      const double s = std::sqrt(5.0) * r;
      EXPECT_NEAR(value[i], (1 + s + 5.0 / 3 * r * r) * std::exp(-s), 1e-14);
      EXPECT_NEAR(slope[i], -5.0 / 6 * (1 + s) * std::exp(-s), 1e-14);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Paths, CholeskyTest,
                         ::testing::Values(VectorPath::kBaseline, VectorPath::kWide),
                         [](const auto& tested) {
                           return tested.param == VectorPath::kWide ? "Wide" : "Baseline";
                         });

}  // namespace
}  // namespace hpopt
