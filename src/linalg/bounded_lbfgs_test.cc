#include "linalg/bounded_lbfgs.h"

#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include <gtest/gtest.h>

#include "base/rng.h"

namespace hpopt {
namespace {

using Point = std::vector<double>;

struct Smooth {
  std::function<double(std::span<const double>)> value;
  std::function<Point(std::span<const double>)> gradient;
};

Smooth rosenbrock() {
  return {[](std::span<const double> x) {
            double sum = 0;
            for (std::size_t i = 0; i + 1 < x.size(); ++i) {
              const double bend = x[i + 1] - x[i] * x[i];
              sum += 100 * bend * bend + (1 - x[i]) * (1 - x[i]);
            }
            return sum;
          },
          [](std::span<const double> x) {
            Point slope(x.size(), 0.0);
            for (std::size_t i = 0; i + 1 < x.size(); ++i) {
              const double bend = x[i + 1] - x[i] * x[i];
              slope[i] += -400 * bend * x[i] - 2 * (1 - x[i]);
              slope[i + 1] += 200 * bend;
            }
            return slope;
          }};
}

/// Of condition 1e4, its bottom at +-0.3 i.
Smooth ellipsoid() {
  const auto weight = [](std::size_t i, std::size_t n) {
    return std::pow(10, 4.0 * static_cast<double>(i) / static_cast<double>(n - 1));
  };
  const auto away = [](double x, std::size_t i) {
    return x - (i % 2 == 1 ? 1 : -1) * 0.3 * static_cast<double>(i);
  };
  return {[=](std::span<const double> x) {
            double sum = 0;
            for (std::size_t i = 0; i < x.size(); ++i) {
              sum += weight(i, x.size()) * away(x[i], i) * away(x[i], i);
            }
            return sum;
          },
          [=](std::span<const double> x) {
            Point slope;
            for (std::size_t i = 0; i < x.size(); ++i) {
              slope.push_back(2 * weight(i, x.size()) * away(x[i], i));
            }
            return slope;
          }};
}

Smooth beale() {
  const auto terms = [](std::span<const double> x) {
    return std::array{1.5 - x[0] + x[0] * x[1], 2.25 - x[0] + x[0] * x[1] * x[1],
                      2.625 - x[0] + x[0] * x[1] * x[1] * x[1]};
  };
  return {[=](std::span<const double> x) {
            const auto t = terms(x);
            return t[0] * t[0] + t[1] * t[1] + t[2] * t[2];
          },
          [=](std::span<const double> x) {
            const auto t = terms(x);
            const double b = x[1];
            return Point{2 * (t[0] * (b - 1) + t[1] * (b * b - 1) + t[2] * (b * b * b - 1)),
                         2 * x[0] * (t[0] + 2 * t[1] * b + 3 * t[2] * b * b)};
          }};
}

BoundedLbfgs minimized(const Smooth& function, Point start, double low, double high,
                       int most = 2000) {
  const Point lower(start.size(), low);
  const Point upper(start.size(), high);
  BoundedLbfgs search(std::move(start), lower, upper,
                      {.most_evaluations = most, .flat = 1e-9, .still = 1e-16});
  while (!search.done())
    search.tell(function.value(search.point()), function.gradient(search.point()));
  return search;
}

// The expected values are those of SciPy 1.17.1's L-BFGS-B, which needed 48, 48, 17 and 19
// evaluations.
TEST(BoundedLbfgs, FindsWhatSciPyFinds) {
  const BoundedLbfgs held = minimized(rosenbrock(), {0.2, 0.5, -0.3, 0.7, -1}, -1.5, 0.8);
  EXPECT_NEAR(held.best_value(), 1.1482239651667934, 1e-9);
  EXPECT_EQ(held.best()[0], 0.8) << "a bound holds it";
  EXPECT_NEAR(held.best()[4], 0.04362185226029788, 1e-5);
  EXPECT_LT(held.evaluations(), 4 * 48);

  const BoundedLbfgs free = minimized(rosenbrock(), {-1.2, 1}, -2, 2);
  EXPECT_NEAR(free.best_value(), 0, 1e-12);
  EXPECT_LT(free.evaluations(), 4 * 48);

  const BoundedLbfgs cornered = minimized(ellipsoid(), Point(10, 0.1), -1, 1);
  EXPECT_NEAR(cornered.best_value(), 37847.812011507565, 1e-6);
  EXPECT_LT(cornered.evaluations(), 200);

  BoundedLbfgs unequal({1, 1}, {0, -1}, {2.5, 1.5}, {.flat = 1e-9, .still = 1e-16});
  while (!unequal.done()) {
    unequal.tell(beale().value(unequal.point()), beale().gradient(unequal.point()));
  }
  EXPECT_NEAR(unequal.best_value(), 0.0727000506535337, 1e-9);
  EXPECT_NEAR(unequal.best()[1], 0.35006349452509633, 1e-5);
}

TEST(BoundedLbfgs, StaysInTheBoxAndNeverGetsWorse) {
  const Smooth function = rosenbrock();
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Rng rng(seed, 1);
    Point start;
    for (int i = 0; i < 4; ++i) start.push_back(4 * rng.uniform() - 2);
    BoundedLbfgs search(start, Point(4, -1), Point(4, 0.5));
    double before = std::numeric_limits<double>::infinity();
    while (!search.done()) {
      for (const double x : search.point()) {
        EXPECT_GE(x, -1);
        EXPECT_LE(x, 0.5);
      }
      search.tell(function.value(search.point()), function.gradient(search.point()));
      EXPECT_LE(search.best_value(), before);
      before = search.best_value();
    }
    EXPECT_LE(search.evaluations(), 200);
  }
}

TEST(BoundedLbfgs, ManyInStepFindWhatEachFindsAlone) {
  const Smooth function = ellipsoid();
  std::vector<BoundedLbfgs> searches;
  for (const double start : {-0.9, 0.0, 0.7}) {
    searches.emplace_back(Point(5, start), Point(5, -2), Point(5, 2));
  }
  for (bool any = true; any;) {
    any = false;
    for (BoundedLbfgs& search : searches) {
      if (search.done()) continue;
      search.tell(function.value(search.point()), function.gradient(search.point()));
      any = true;
    }
  }
  for (const BoundedLbfgs& search : searches) EXPECT_NEAR(search.best_value(), 0, 1e-6);
}

TEST(BoundedLbfgs, BearsWhatAFunctionSays) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInf = std::numeric_limits<double>::infinity();
  // A wall: no value beyond it.
  const Smooth walled{[](std::span<const double> x) { return x[0] < 0.25 ? kNan : x[0] * x[0]; },
                      [](std::span<const double> x) { return Point{2 * x[0]}; }};
  EXPECT_NEAR(minimized(walled, {0.9}, -1, 1).best()[0], 0.25, 0.1);
  // A gradient that lies.
  const Smooth liar{[](std::span<const double> x) { return x[0]; },
                    [](std::span<const double>) { return Point{-1}; }};
  EXPECT_EQ(minimized(liar, {0}, -1, 1).best()[0], 0);
  const Smooth nothing{[](std::span<const double>) { return kInf; },
                       [](std::span<const double>) { return Point{0}; }};
  EXPECT_EQ(minimized(nothing, {0.5}, 0, 1).best(), Point{0.5});
  const Smooth flat{[](std::span<const double>) { return 3.0; },
                    [](std::span<const double>) {
                      return Point{0, 0};
                    }};
  EXPECT_EQ(minimized(flat, {0.5, 0.5}, 0, 1).evaluations(), 1);
  EXPECT_TRUE(BoundedLbfgs({}, {}, {}).done());
  EXPECT_EQ(BoundedLbfgs({5}, {0}, {0}).best(), Point{0}) << "a box without room";
}

}  // namespace
}  // namespace hpopt
