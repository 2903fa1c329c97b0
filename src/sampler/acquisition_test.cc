#include "sampler/acquisition.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace hpopt {
namespace {

constexpr std::size_t kChoices = 500;

Space many_choices() {
  Space space;
  std::vector<Value> values;
  for (std::size_t i = 0; i < kChoices; ++i) values.emplace_back("v" + std::to_string(i));
  space.add({.name = "which", .domain = CategoricalDomain{values, {}}}).value();
  space.add({.name = "x", .domain = FloatDomain{0, 1}}).value();
  return space;
}

/// The greater x, the better; and of the choices every fourth. Counts the rows that it is asked of.
class Counting final : public Reward {
 public:
  explicit Counting(std::size_t& asked) : asked_(asked) {}
  void add(std::span<const double> rows, std::span<double> worths) const override {
    for (std::size_t i = 0; i < worths.size(); ++i) {
      worths[i] += worth(rows[2 * i]) + rows[2 * i + 1];
    }
    asked_ += worths.size();
  }
  double add_slope(std::span<const double> row, std::span<double> slope) const override {
    slope[1] += 1;
    return worth(row[0]) + row[1];
  }

 private:
  static double worth(double choice) { return static_cast<std::size_t>(choice) % 4 == 0 ? 1 : 0; }
  std::size_t& asked_;
};

// Each row costs a model the square of its size.
TEST(Acquisition, TriesButSomeOfVeryManyChoices) {
  const Space space = many_choices();
  const Layout layout(space);
  std::size_t asked = 0;
  Rewards rewards;
  rewards.push_back(std::make_unique<Counting>(asked));
  Rng rng(1, 1);
  const AcquisitionArea area{layout, {{8, 0.2}, {3, 0.9}}, {}};
  const auto points = most_rewarding(rewards, area, 1, rng);
  EXPECT_EQ(static_cast<int>(points.front()[0]) % 4, 0);
  EXPECT_NEAR(points.front()[1], 1, 1e-6);
  EXPECT_LT(asked, 3000U);
}

}  // namespace
}  // namespace hpopt
