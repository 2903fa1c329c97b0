// Scores that no model likes. What is told is not what is measured: whether the bottom of a bowl is
// found, and how near to it chance comes.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "sampler/learning_methods.h"
#include "sampler/test_functions.h"

namespace hpopt {
namespace {

using testing::bowl;
using testing::cube;

constexpr int kTrials = 40;
constexpr std::uint64_t kManySeeds = 45;  // where a search costs nothing
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What is said of the bowl's height, and in which trial.
using Told = std::function<double(double height, int trial)>;

class HardScores : public testing::LearningMethod {
 protected:
  HardScores() : space_(cube(3)), by_chance_(by_chance(space_, bowl, kTrials)) {}

  /// How high above the bottom the search comes that hears `told`: the median, as a share of what
  /// chance comes to.
  [[nodiscard]] double left_of_chance(const Told& told, std::uint64_t seeds = 9) const {
    std::vector<double> least;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      least.push_back(1);
      int trial = 0;
      const auto heard = [&](const Configuration& configuration) {
        const double height = bowl(configuration);
        least.back() = std::min(least.back(), height);
        return told(height, ++trial);
      };
      (void)testing::least_value(*sampler(seed), space_, heard, kTrials, seed);
    }
    std::sort(least.begin(), least.end());
    return least[seeds / 2] / by_chance_;
  }

  const Space space_;
  const double by_chance_;
};

TEST_P(HardScores, OfAnyMagnitude) {
  EXPECT_LT(left_of_chance([](double height, int) { return height * 1e-300; }), 0.5);
  EXPECT_LT(left_of_chance([](double height, int) { return height * 1e300; }), 0.5);
}

TEST_P(HardScores, OverSixHundredDecades) {
  const auto told = [](double height, int) { return std::pow(10, -300 + 550 * height); };
  EXPECT_LT(left_of_chance(told), 0.5);
}

TEST_P(HardScores, ThatDifferInTheirLastDigits) {
  EXPECT_LT(left_of_chance([](double height, int) { return 1e12 + height; }), 1);
}

TEST_P(HardScores, WithGreatOutliers) {
  const auto told = [](double height, int trial) { return trial % 5 == 0 ? 1e300 : height; };
  EXPECT_LT(left_of_chance(told), 0.7);
}

TEST_P(HardScores, WithARecordThatIsNone) {
  const auto told = [](double height, int trial) { return trial == 5 ? -1e300 : height; };
  EXPECT_LT(left_of_chance(told), 1);
}

TEST_P(HardScores, WithFailuresWhereItIsBadAndByChance) {
  const auto told = [](double height, int trial) {
    if (height > 0.5) return kNan;
    return trial % 10 == 0 ? kInfinity : trial % 10 == 5 ? -kInfinity : height;
  };
  EXPECT_LT(left_of_chance(told), 0.7);
}

TEST_P(HardScores, OnTwoPlateausOnly) {
  EXPECT_LT(left_of_chance([](double height, int) { return height > 0.2 ? 1.0 : 0.0; }), 1);
}

// Most trainings come to nothing, each to a slightly different nothing.
TEST_P(HardScores, OnAPlateauThatIsNotQuiteFlat) {
  const auto told = [](double height, int trial) {
    return height > 0.15 ? 1 + 1e-9 * (trial * 7 % 11) : height;
  };
  EXPECT_LT(left_of_chance(told), 0.7);
}

// Where nothing can be learnt the space is covered, as chance covers it or better.
TEST_P(HardScores, AllTheSame) {
  EXPECT_LT(left_of_chance([](double, int) { return 7.0; }, kManySeeds), 2);
}

TEST_P(HardScores, NoneAtAll) {
  EXPECT_LT(left_of_chance([](double, int) { return kNan; }, kManySeeds), 2);
}

TEST_P(HardScores, OneAfterManyFailures) {
  const auto told = [](double height, int trial) { return trial < 15 ? kNan : height; };
  EXPECT_LT(left_of_chance(told), 1);
}

/// As imports and queues leave it: the same configurations again, with other scores.
testing::StudyUnderTest repetitive_study(const Space& space, std::uint64_t seed) {
  testing::StudyUnderTest study(testing::loss_spec(space));
  Rng chance(seed, 0);
  for (int i = 0; i < 10; ++i) {
    const Configuration configuration =
        space.from_unit(std::vector{chance.uniform(), chance.uniform(), chance.uniform()});
    for (const double noise : {0.0, 0.02, -0.02}) {
      const auto id = static_cast<TrialId>(study.state.trials().size() + 1);
      study.apply(Suggested{.trial = id,
                            .configuration = configuration,
                            .unique = false,
                            .request = std::to_string(id),
                            .decision = {}});
      study.start(id);
      study.report(id, 1, bowl(configuration) + noise, 1);
      study.end(id);
    }
  }
  return study;
}

TEST_P(HardScores, OfTheSameConfigurationAgainAndAgain) {
  std::vector<double> least;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    testing::StudyUnderTest study = repetitive_study(space_, seed);
    least.push_back(testing::least_value(*sampler(seed), study, bowl, kTrials, seed));
  }
  std::sort(least.begin(), least.end());
  EXPECT_LT(least[2], 0.7 * by_chance_);
}

INSTANTIATE_TEST_SUITE_P(Methods, HardScores, testing::kLearningMethods, testing::method_name);

}  // namespace
}  // namespace hpopt
