#include "sampler/gp.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "sampler/searches.h"
#include "sampler/test_functions.h"

namespace hpopt {
namespace {

using testing::cube;
using testing::Function;
using testing::least_value;
using testing::loss_spec;
using testing::number;
using testing::StudyUnderTest;

double median_least(const Space& space, const Function& function, int trials) {
  return testing::median_least_value([](std::uint64_t seed) { return std::make_unique<Gp>(seed); },
                                     space, function, trials, 3);
}

TEST(Gp, FindsTheBottomOfSmoothFunctions) {
  EXPECT_LT(median_least(testing::branin_space(), testing::branin, 40), 0.397887 + 0.02);
  // Its second best basin, at -3.2, holds some runs for long.
  EXPECT_LT(median_least(testing::hartmann6_space(), testing::hartmann6, 70), -3.32237 + 0.25);
}

TEST(Gp, FollowsAChoiceThatOpensParameters) {
  EXPECT_LT(median_least(testing::branching_space(), testing::branching, 50), 0.01);
}

TEST(Gp, TheSameHistoryGivesTheSameProposal) {
  const Space space = testing::hartmann6_space();
  const auto trace = [&] {
    std::vector<std::string> seen;
    Gp sampler(5);
    least_value(
        sampler, space,
        [&](const Configuration& c) {
          seen.push_back(c.json());
          return testing::hartmann6(c);
        },
        25);
    return seen;
  };
  EXPECT_EQ(trace(), trace());
}

// Fitted parameters are facts: who comes later decides as who was there from the start.
TEST(Gp, ANewProcessDecidesAsTheOldOne) {
  const Space space = cube(3);
  StudyUnderTest study(loss_spec(space));
  Gp old(1);
  History history;
  for (int i = 0; i < 30; ++i) {
    history.sync(study.state);
    const auto propose_by = [&](Gp& sampler, History& seen) {
      seen.sync(study.state);
      Rng rng(1, static_cast<std::uint64_t>(i + 1));
      return *sampler.propose(space, seen, rng);
    };
    const Proposal proposal = propose_by(old, history);
    Gp fresh(1);
    History anew;
    const Proposal other = propose_by(fresh, anew);
    EXPECT_EQ(proposal.configuration, other.configuration);
    EXPECT_EQ(proposal.model, other.model);
    if (!proposal.model.empty()) study.apply(Fitted{proposal.model});
    const double x = number(proposal.configuration, "x1");
    study.whole_trial(proposal.configuration, x > 0.8 ? std::nan("") : std::abs(x - 0.3));
  }
  EXPECT_NE(study.state.model().find("success"), std::string::npos);
}

TEST(Gp, ThoseThatRunKeepOthersAway) {
  const Space space = cube(2);
  StudyUnderTest study(loss_spec(space));
  History history;
  Gp sampler(1);
  std::vector<Configuration> open;
  for (int i = 0; i < 22; ++i) {
    history.sync(study.state);
    Rng rng(1, static_cast<std::uint64_t>(i + 1));
    auto proposal = sampler.propose(space, history, rng);
    if (!proposal->model.empty()) study.apply(Fitted{proposal->model});
    const double away = number(proposal->configuration, "x0") - 0.3;
    if (i < 12) {
      study.whole_trial(proposal->configuration, away * away);
    } else {
      study.suggest(proposal->configuration);
      open.push_back(proposal->configuration);
    }
  }
  double nearest = 1;
  for (std::size_t i = 0; i < open.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      nearest = std::min(nearest, std::hypot(number(open[i], "x0") - number(open[j], "x0"),
                                             number(open[i], "x1") - number(open[j], "x1")));
    }
  }
  EXPECT_GT(nearest, 1e-3);
}

}  // namespace
}  // namespace hpopt
