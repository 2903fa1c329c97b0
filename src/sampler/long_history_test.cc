// Studies with thousands of trials, done or under way: what is proposed is still good, and what a
// proposal costs does not grow with all of them.
#include <algorithm>
#include <cmath>
#include <ctime>
#include <vector>

#include "sampler/learning_methods.h"
#include "sampler/test_functions.h"

namespace hpopt {
namespace {

using testing::bowl;
using testing::cube;
using testing::StudyUnderTest;

constexpr int kAxes = 4;

/// Seconds of this thread: what else runs on the machine counts little.
double used() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Configuration drawn(const Space& space, Rng& rng) {
  std::vector<double> row(kAxes);
  for (double& coordinate : row) coordinate = rng.uniform();
  return space.from_unit(row);
}

/// Of points drawn by chance, most are higher than this.
double low_by_chance(const Space& space) {
  std::vector<double> heights;
  Rng rng(2, 0);
  for (int i = 0; i < 1000; ++i) heights.push_back(bowl(drawn(space, rng)));
  std::sort(heights.begin(), heights.end());
  return heights[100];
}

struct Proposed {
  std::vector<Configuration> configurations;
  double seconds = 0;  ///< Of each, in the mean.
};

class LongHistory : public testing::LearningMethod {
 protected:
  LongHistory() : space_(cube(kAxes)) {}

  [[nodiscard]] StudyUnderTest study(int done, int under_way) const {
    StudyUnderTest study(testing::loss_spec(space_));
    Rng rng(1, 0);
    for (int i = 0; i < done; ++i) {
      const Configuration configuration = drawn(space_, rng);
      study.whole_trial(configuration, bowl(configuration));
    }
    for (int i = 0; i < under_way; ++i) study.start(study.suggest(drawn(space_, rng)));
    return study;
  }

  /// Some more, which are then under way too; the first one, that may fit a model, is not timed.
  [[nodiscard]] Proposed proposed(StudyUnderTest study, int count) const {
    const auto method = sampler(1);
    History history;
    Proposed proposed;
    for (int i = 0; i <= count; ++i) {
      const double begun = used();
      history.sync(study.state);
      Rng rng(3, study.state.trials().size());
      auto proposal = method->propose(space_, history, rng);
      if (i > 0) proposed.seconds += (used() - begun) / count;
      if (!proposal->model.empty()) study.apply(Fitted{proposal->model});
      proposed.configurations.push_back(proposal->configuration);
      study.start(study.suggest(std::move(proposal->configuration)));
    }
    return proposed;
  }

  const Space space_;
};

double median_height(const Proposed& proposed) {
  std::vector<double> heights;
  for (const Configuration& configuration : proposed.configurations) {
    heights.push_back(bowl(configuration));
  }
  std::sort(heights.begin(), heights.end());
  return heights[heights.size() / 2];
}

double nearest_two(const Proposed& proposed) {
  double nearest = 1;
  for (std::size_t i = 0; i < proposed.configurations.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      double apart = 0;
      for (const auto& [name, value] : proposed.configurations[i]) {
        const double other = proposed.configurations[j].get(name)->as_double();
        apart = std::max(apart, std::abs(value.as_double() - other));
      }
      nearest = std::min(nearest, apart);
    }
  }
  return nearest;
}

TEST_P(LongHistory, OfTenThousandTrialsIsLearntFrom) {
  constexpr double kDearer = 8;  // were it linear, ten times; were it quadratic, a hundred times
  const Proposed after_few = proposed(study(1000, 0), 10);
  const Proposed after_many = proposed(study(10'000, 0), 10);
  EXPECT_LT(median_height(after_many), 0.5 * low_by_chance(space_));
  EXPECT_LT(after_many.seconds, kDearer * after_few.seconds);
}

TEST_P(LongHistory, OfAThousandUnderWayKeepsOthersAway) {
  constexpr double kDearer = 5;
  const Proposed alone = proposed(study(200, 0), 10);
  const Proposed in_company = proposed(study(200, 1000), 30);
  EXPECT_LT(median_height(in_company), low_by_chance(space_));
  EXPECT_GT(nearest_two(in_company), 1e-3);
  EXPECT_LT(in_company.seconds, kDearer * alone.seconds);
}

INSTANTIATE_TEST_SUITE_P(Methods, LongHistory, testing::kModels, testing::method_name);

}  // namespace
}  // namespace hpopt
