#include "model/category_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <gtest/gtest.h>

namespace hpopt {
namespace {

constexpr std::size_t kPopulation = 10;

std::vector<std::vector<double>> even_priors(std::size_t axes, std::size_t categories) {
  return {axes, std::vector<double>(categories, 1 / static_cast<double>(categories))};
}

/// Whose loss is the number of axes that are not at category 0, plus noise.
void choose_a_generation(CategorySearch& search, double noise, Rng& rng) {
  std::vector<std::pair<double, std::vector<double>>> drawn;
  for (std::size_t i = 0; i < kPopulation; ++i) {
    std::vector<double> row;
    double loss = noise * rng.normal();
    for (std::size_t axis = 0; axis < search.axes(); ++axis) {
      row.push_back(static_cast<double>(search.draw(axis, rng)));
      loss += row.back() > 0 ? 1 : 0;
    }
    drawn.emplace_back(loss, std::move(row));
  }
  std::sort(drawn.begin(), drawn.end());
  std::vector<double> rows;
  for (const auto& [loss, row] : drawn) rows.insert(rows.end(), row.begin(), row.end());
  search.learn(rows);
}

TEST(CategorySearch, FindsTheBestOfManyAxes) {
  CategorySearch search(even_priors(10, 5), kPopulation);
  Rng rng(1, 1);
  for (int i = 0; i < 60; ++i) choose_a_generation(search, 0.1, rng);
  for (std::size_t axis = 0; axis < 10; ++axis) {
    EXPECT_GT(search.probabilities(axis)[0], 0.8) << axis;
  }
}

// Where nothing is to be learnt its steps shrink: the greatest probability of an axis would be at
// the margin's other end otherwise, time and again.
TEST(CategorySearch, TakesSmallStepsWhereTheyContradictEachOther) {
  CategorySearch search(even_priors(1, 4), kPopulation);
  Rng rng(1, 1);
  for (int i = 0; i < 300; ++i) choose_a_generation(search, 1e6, rng);
  double farthest = 0;
  for (int i = 0; i < 50; ++i) {
    const std::vector<double> before(search.probabilities(0).begin(),
                                     search.probabilities(0).end());
    choose_a_generation(search, 1e6, rng);
    for (std::size_t k = 0; k < 4; ++k) {
      farthest = std::max(farthest, std::abs(search.probabilities(0)[k] - before[k]));
    }
  }
  EXPECT_LT(farthest, 0.1);
}

TEST(CategorySearch, NoCategoryIsGivenUp) {
  CategorySearch search(even_priors(3, 4), kPopulation);
  const double margin = (1 - std::pow(0.73, 1.0 / 3)) / 3;
  const std::vector<double> rows(kPopulation * 3, 2);
  for (int i = 0; i < 100; ++i) search.learn(rows);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto probabilities = search.probabilities(axis);
    EXPECT_NEAR(std::accumulate(probabilities.begin(), probabilities.end(), 0.0), 1, 1e-12);
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_NEAR(probabilities[k], k == 2 ? 1 - 3 * margin : margin, 1e-9);
    }
  }
}

TEST(CategorySearch, WhatIsNotActiveSaysNothing) {
  constexpr double kInactive = std::numeric_limits<double>::quiet_NaN();
  CategorySearch search(even_priors(2, 3), kPopulation);
  std::vector<double> rows;
  for (std::size_t i = 0; i < kPopulation; ++i) rows.insert(rows.end(), {1, kInactive});
  search.learn(rows);
  EXPECT_GT(search.probabilities(0)[1], 1.0 / 3);
  for (const double probability : search.probabilities(1)) EXPECT_NEAR(probability, 1.0 / 3, 1e-12);
}

}  // namespace
}  // namespace hpopt
