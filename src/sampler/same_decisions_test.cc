// The same facts give the same decisions: whatever else runs in the program, and as far as can be
// on machines with other vectors (docs/algorithms.md, "The same decisions everywhere").
#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sampler/gp.h"
#include "sampler/learning_methods.h"
#include "sampler/test_functions.h"

namespace hpopt {
namespace {

using testing::StudyUnderTest;

class SameDecisions : public testing::LearningMethod {
 protected:
  /// All configurations of a search, in order.
  static std::string search(Method method, std::uint64_t seed) {
    constexpr int kAsks = 25;
    std::string seen;
    const auto note = [&](const Configuration& configuration) {
      seen += configuration.json() + "\n";
      return testing::branching(configuration);
    };
    (void)testing::least_value(*make_sampler(method, seed), testing::branching_space(), note, kAsks,
                               seed);
    return seen;
  }
};

TEST_P(SameDecisions, InOneThreadAndAmongEight) {
  constexpr std::size_t kThreads = 8;
  std::vector<std::string> among(kThreads);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, method = GetParam(), i] { among[i] = search(method, i + 1); });
    }
  }
  for (std::size_t i = 0; i < kThreads; ++i) EXPECT_EQ(among[i], search(GetParam(), i + 1)) << i;
  EXPECT_NE(among[0], among[1]);
}

INSTANTIATE_TEST_SUITE_P(Methods, SameDecisions, testing::kLearningMethods, testing::method_name);

/// In coordinates of the unit cube, how far apart two proposals are.
double apart(const Space& space, const Configuration& a, const Configuration& b) {
  const std::vector<double> left = space.to_unit(a);
  const std::vector<double> right = space.to_unit(b);
  double most = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (std::isnan(left[i]) != std::isnan(right[i])) return 1;  // another branch
    if (!std::isnan(left[i])) most = std::max(most, std::abs(left[i] - right[i]));
  }
  return most;
}

/// Of a search of both vector paths, step by step from the same history.
double most_apart(const Space& space, const testing::Function& function, std::uint64_t seed) {
  StudyUnderTest study(testing::loss_spec(space));
  Gp narrow(seed, {.kernels = kernels_of(VectorPath::kBaseline)});
  Gp wide(seed, {.kernels = kernels_of(VectorPath::kWide)});
  double most = 0;
  for (std::uint64_t i = 1; i <= 40; ++i) {
    History history;
    history.sync(study.state);
    Rng rng(seed, i);
    Rng same_rng(seed, i);
    auto proposal = narrow.propose(space, history, rng);
    const auto other = wide.propose(space, history, same_rng);
    most = std::max(most, apart(space, proposal->configuration, other->configuration));
    if (!proposal->model.empty()) study.apply(Fitted{proposal->model});
    const double value = function(proposal->configuration);
    study.whole_trial(std::move(proposal->configuration), value);
  }
  return most;
}

TEST(VectorPathsOfProposals, AreHardlyApart) {
  if (kernels_of(VectorPath::kWide) == nullptr) GTEST_SKIP() << "this machine has no wide vectors";
  constexpr double kHardly = 1e-5;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    EXPECT_LT(most_apart(testing::branching_space(), testing::branching, seed), kHardly);
    EXPECT_LT(most_apart(testing::hartmann6_space(), testing::hartmann6, seed), kHardly);
  }
}

}  // namespace
}  // namespace hpopt
