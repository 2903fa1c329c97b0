#include "model/cma.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include <gtest/gtest.h>

namespace hpopt {
namespace {

using CmaLoss = std::function<double(const std::vector<double>&)>;

double sphere(const std::vector<double>& x) {
  return std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
}

double ellipsoid(const std::vector<double>& x) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double share = static_cast<double>(i) / (static_cast<double>(x.size()) - 1);
    sum += std::pow(1e6, share) * x[i] * x[i];
  }
  return sum;
}

double rosenbrock(const std::vector<double>& x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
  }
  return sum;
}

/// Draws a generation and learns from it; the least loss in it.
double live_through_a_generation(Cma& search, const CmaLoss& loss, Rng& rng) {
  std::vector<std::pair<double, std::vector<double>>> drawn;
  for (std::size_t i = 0; i < search.population(); ++i) {
    std::vector<double> x = search.draw(rng);
    const double value = loss(x);
    drawn.emplace_back(value, std::move(x));
  }
  std::sort(drawn.begin(), drawn.end());
  std::vector<double> rows;
  for (const auto& [value, x] : drawn) rows.insert(rows.end(), x.begin(), x.end());
  search.learn(rows);
  return drawn.front().first;
}

/// Median over eleven seeds of the evaluations until a loss is below 1e-9, in ten dimensions.
double median_evaluations(const CmaLoss& loss, double mean, double sigma) {
  constexpr std::size_t kAxes = 10;
  std::vector<double> all;
  for (std::uint64_t seed = 1; seed <= 11; ++seed) {
    Cma search(std::vector<double>(kAxes, mean), sigma, Cma::usual_population(kAxes));
    Rng rng(seed, 1);
    std::size_t evaluations = search.population();
    while (live_through_a_generation(search, loss, rng) >= 1e-9 && evaluations < 20'000) {
      evaluations += search.population();
    }
    all.push_back(static_cast<double>(evaluations));
  }
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

// pycma 4.4 has medians of 1410, 4080 and 5030 over fifteen seeds, from the same starts.
TEST(Cma, NeedsAsManyEvaluationsAsPycma) {
  EXPECT_NEAR(median_evaluations(sphere, 0.5, 0.3), 1410, 140);
  EXPECT_NEAR(median_evaluations(ellipsoid, 0.5, 0.3), 4080, 400);
  EXPECT_NEAR(median_evaluations(rosenbrock, 0, 0.1), 5030, 500);
}

/// A search that has learnt how its axes hang together.
Cma adapted_search() {
  Cma search({1, -1, 0.5}, 0.5, 8);
  const auto valley = [](const std::vector<double>& x) {
    return std::pow(x[0] + x[1], 2) + 100 * std::pow(x[1] - x[2], 2);
  };
  Rng rng(3, 3);
  for (int i = 0; i < 12; ++i) live_through_a_generation(search, valley, rng);
  return search;
}

TEST(Cma, DrawsHaveTheDeviationsThatItTells) {
  Cma search = adapted_search();
  search.place(2, {7, 3 * search.deviation(2)});
  constexpr int kDraws = 20'000;
  std::vector<double> sum(3, 0);
  std::vector<double> squares(3, 0);
  Rng rng(1, 1);
  for (int i = 0; i < kDraws; ++i) {
    const std::vector<double> x = search.draw(rng);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double z = (x[axis] - search.mean(axis)) / search.deviation(axis);
      sum[axis] += z / kDraws;
      squares[axis] += z * z / kDraws;
    }
  }
  for (std::size_t axis = 0; axis < 3; ++axis) {
    EXPECT_NEAR(sum[axis], 0, 0.03) << axis;
    EXPECT_NEAR(squares[axis], 1, 0.05) << axis;
  }
  EXPECT_EQ(search.mean(2), 7);
}

// What is left of a coordinate once its expectation given the others is taken away hangs on none of
// them, and has the deviation that is told.
TEST(Cma, KnowsACoordinateGivenTheOthers) {
  Cma search = adapted_search();
  search.place(0, {0, 2 * search.deviation(0)});
  constexpr int kDraws = 20'000;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    Rng rng(2, axis);
    double squares = 0;
    std::vector<double> products(3, 0);
    for (int i = 0; i < kDraws; ++i) {
      const std::vector<double> x = search.draw(rng);
      const AxisNormal given = search.given_others(axis, x);
      const double rest = (x[axis] - given.mean) / given.deviation;
      squares += rest * rest / kDraws;
      for (std::size_t other = 0; other < 3; ++other) {
        const double z = (x[other] - search.mean(other)) / search.deviation(other);
        products[other] += rest * z / kDraws;
      }
    }
    EXPECT_NEAR(squares, 1, 0.05) << axis;
    for (std::size_t other = 0; other < 3; ++other) {
      if (other == axis) continue;
      EXPECT_NEAR(products[other], 0, 0.05) << axis << " and " << other;
    }
  }
}

TEST(Cma, WhatOthersFoundFarAwayDrawsItNoFartherThanItsOwnWould) {
  Cma search(std::vector<double>(4, 0.0), 0.1, 8);
  const std::vector<double> rows(8 * 4, 1e6);
  search.learn(rows);
  for (std::size_t axis = 0; axis < 4; ++axis) {
    EXPECT_GT(search.mean(axis), 0);
    EXPECT_LT(search.mean(axis), 0.1 * 4);
    EXPECT_LT(search.deviation(axis), 1);
  }
}

TEST(Cma, NarrowBoundsEveryDeviation) {
  Cma search = adapted_search();
  const double ratio = search.deviation(0) / search.deviation(1);
  search.narrow(search.deviation(0) / 10);
  EXPECT_NEAR(search.deviation(0) / search.deviation(1), ratio, 1e-9 * ratio);
  const double widest = std::max({search.deviation(0), search.deviation(1), search.deviation(2)});
  search.narrow(2 * widest);
  EXPECT_EQ(std::max({search.deviation(0), search.deviation(1), search.deviation(2)}), widest);
}

}  // namespace
}  // namespace hpopt
