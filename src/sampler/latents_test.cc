#include "sampler/latents.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <gtest/gtest.h>

namespace hpopt {
namespace {

constexpr double kInactive = std::numeric_limits<double>::quiet_NaN();

/// A real, whole numbers, two more reals, and a choice.
const Layout& mixed_layout() {
  static const Layout layout = [] {
    Space space;
    space.add({.name = "a", .domain = FloatDomain{0, 1}}).value();
    space.add({.name = "n", .domain = IntDomain{1, 5}}).value();
    space.add({.name = "b", .domain = FloatDomain{1e-5, 1, Scale::kLog}}).value();
    space.add({.name = "kind", .domain = CategoricalDomain{{"x", "y"}, {}}}).value();
    space.add({.name = "c", .domain = FloatDomain{0, 1}}).value();
    return Layout(space);
  }();
  return layout;
}

TEST(Latents, AreThoseOfTheNumericAxes) {
  const Latents latents(mixed_layout());
  EXPECT_EQ(std::vector<std::size_t>(latents.numeric().begin(), latents.numeric().end()),
            (std::vector<std::size_t>{0, 1, 2, 4}));
  EXPECT_EQ(latents.categories().size(), 1);
}

TEST(Latents, LeadBackToTheirCoordinates) {
  const Latents latents(mixed_layout());
  for (double coordinate : {0.0, 1e-12, 0.01, 0.05, 0.3, 0.7, 0.96, 1.0}) {
    const double latent = latents.latent_of(0, coordinate);
    EXPECT_NEAR(latents.coordinate_of(0, latent), coordinate, 1e-15);
    // The mirrors stand where the coordinate's bounds are.
    const double low = latents.latent_of(0, 0);
    const double high = latents.latent_of(0, 1);
    EXPECT_NEAR(latents.coordinate_of(0, 2 * low - latent), coordinate, 1e-14);
    EXPECT_NEAR(latents.coordinate_of(0, 2 * high - latent), coordinate, 1e-14);
    EXPECT_NEAR(latents.coordinate_of(0, latent + 2 * (high - low)), coordinate, 1e-14);
  }
  for (const double value : {0.0, 1.0, 2.0, 3.0, 4.0}) {
    EXPECT_EQ(latents.coordinate_of(1, latents.latent_of(1, value)), value);
    EXPECT_NEAR(latents.latent_of(1, value), (value + 0.5) / 5, 1e-12);
  }
  EXPECT_EQ(latents.coordinate_of(1, -3), 0);
  EXPECT_EQ(latents.coordinate_of(1, 7), 4);
}

/// One whose axes hang together, near a bound of the first.
Cma correlated_source() {
  Cma source({0.02, 0.45, 0.5, 0.5}, 0.12, 8);
  Rng rng(1, 1);
  for (int generation = 0; generation < 15; ++generation) {
    std::vector<std::pair<double, std::vector<double>>> drawn;
    for (int i = 0; i < 8; ++i) {
      std::vector<double> x = source.draw(rng);
      const double loss =
          std::pow(x[0] - x[1] + 0.43, 2) + std::pow(x[1] - x[2] + 0.05, 2) + 0.1 * x[3] * x[3];
      drawn.emplace_back(loss, std::move(x));
    }
    std::sort(drawn.begin(), drawn.end());
    std::vector<double> rows;
    for (const auto& [loss, x] : drawn) rows.insert(rows.end(), x.begin(), x.end());
    source.learn(rows);
  }
  source.place(0, {0.02, 0.12});
  source.place(1, {0.45, 0.15});
  return source;
}

// What is drawn, made a point of, and drawn anew from the point has the moments of what was drawn.
TEST(Latents, AreRedrawnAsTheyWereDrawn) {
  const Latents latents(mixed_layout());
  const Cma source = correlated_source();
  constexpr int kDraws = 20'000;
  std::vector<double> drawn_moments(20, 0);
  std::vector<double> redrawn_moments(20, 0);
  const auto add_moments = [&](const std::vector<double>& x, std::vector<double>& moments) {
    for (std::size_t i = 0; i < 4; ++i) {
      const double zi = (x[i] - source.mean(i)) / source.deviation(i);
      moments[i] += zi / kDraws;
      for (std::size_t j = 0; j < 4; ++j) {
        moments[4 + 4 * i + j] += zi * (x[j] - source.mean(j)) / source.deviation(j) / kDraws;
      }
    }
  };
  Rng rng(2, 1);
  for (int i = 0; i < kDraws; ++i) {
    const std::vector<double> drawn = source.draw(rng);
    std::vector<double> point(5, 0);
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t axis = latents.numeric()[k];
      point[axis] = latents.coordinate_of(axis, drawn[k]);
    }
    point[4] = i % 3 == 0 ? kInactive : point[4];
    const std::vector<double> redrawn = latents.redrawn(source, point, rng);
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t axis = latents.numeric()[k];
      if (std::isnan(point[axis])) continue;
      ASSERT_NEAR(latents.coordinate_of(axis, redrawn[k]), point[axis], 1e-12);
    }
    add_moments(drawn, drawn_moments);
    add_moments(redrawn, redrawn_moments);
  }
  for (std::size_t i = 0; i < drawn_moments.size(); ++i) {
    EXPECT_NEAR(redrawn_moments[i], drawn_moments[i], 0.06) << "moment " << i;
  }
}

TEST(Latents, AreKeptWithinReachOfAllValues) {
  const Latents latents(mixed_layout());
  Cma source(std::vector<double>(4, 0.5), 1e-3, 8);
  source.place(0, {-7, 1e-3});
  source.place(2, {0.5, 30});
  latents.keep_in_bounds(source);
  EXPECT_EQ(latents.coordinate_of(0, source.mean(0)), 0);
  EXPECT_LE(source.deviation(2), 1 + 1e-12);
  // One part in axes times population, as the paper has it, is shared by the two neighbours.
  const double quantile = (0.6 - 0.5) / source.deviation(1);
  EXPECT_NEAR(std::erfc(quantile / std::sqrt(2)) / 2, 1.0 / (5 * 8) / 2, 1e-9);
}

}  // namespace
}  // namespace hpopt
