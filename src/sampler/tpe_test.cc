#include "sampler/tpe.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "sampler/make_sampler.h"
#include "sampler/searches.h"
#include "sampler/test_functions.h"

namespace hpopt {
namespace {

using testing::Function;
using testing::least_value;
using testing::loss_spec;
using testing::StudyUnderTest;

struct Comparison {
  double tpe;
  double random;
};

Comparison median_of_ten_seeds(const Space& space, const Function& function, int trials) {
  const auto tpe = [](std::uint64_t seed) { return std::make_unique<Tpe>(seed); };
  return {testing::median_least_value(tpe, space, function, trials, 10),
          testing::median_of_random(space, function, trials, 10)};
}

TEST(Tpe, BeatsRandomOnBranin) {
  const Comparison regret = median_of_ten_seeds(testing::branin_space(), testing::branin, 100);
  EXPECT_LT(regret.tpe - 0.397887, 0.2 * (regret.random - 0.397887));
}

TEST(Tpe, BeatsRandomOnHartmann) {
  const Comparison regret =
      median_of_ten_seeds(testing::hartmann6_space(), testing::hartmann6, 100);
  EXPECT_LT(regret.tpe + 3.32237, 0.3 * (regret.random + 3.32237));
}

TEST(Tpe, BeatsRandomWhereAChoiceOpensParameters) {
  const Comparison regret =
      median_of_ten_seeds(testing::branching_space(), testing::branching, 100);
  EXPECT_LT(regret.tpe, 0.1 * regret.random);
}

TEST(Tpe, KeepsOrderConstraints) {
  Space space;
  space.add(Parameter{.name = "low", .domain = FloatDomain{1e-5, 1, Scale::kLog}}).value();
  space.add(Parameter{.name = "high", .domain = FloatDomain{1e-5, 1, Scale::kLog}}).value();
  space.add(Constraint{"low", "high"}).value();
  const Function gap = [](const Configuration& c) {
    return std::abs(std::log(testing::number(c, "high") / testing::number(c, "low")) - 0.1);
  };
  Tpe sampler(1);
  EXPECT_LT(least_value(sampler, space, gap, 60, 1), 0.1);
}

TEST(Tpe, FindsEveryPointOfAFiniteSpaceOnceAndStops) {
  Space space;
  space.add(Parameter{.name = "n", .domain = IntDomain{1, 7}}).value();
  space.add(Parameter{.name = "kind", .domain = CategoricalDomain{{"a", "b"}, {}}}).value();
  space.add(Parameter{.name = "m", .domain = IntDomain{1, 5}, .when = {{"kind", {"b"}}}}).value();
  const std::size_t size = 7 + 7 * 5;
  for (const Method method : {Method::kGrid, Method::kRandom, Method::kBayes}) {
    std::set<std::string> seen;
    const auto sampler = make_sampler(method, 3);
    least_value(
        *sampler, space,
        [&](const Configuration& c) {
          seen.insert(c.json());
          return testing::number(c, "n");
        },
        1000, 3);
    EXPECT_EQ(seen.size(), size) << "method " << static_cast<int>(method);
  }
}

TEST(Tpe, TriesTheDefaultsFirst) {
  Space space;
  space.add(Parameter{.name = "x", .domain = FloatDomain{0, 1}, .default_value = Value(0.125)})
      .value();
  StudyUnderTest study(loss_spec(space));
  History history;
  history.sync(study.state);
  Rng rng(1, 1);
  const auto proposal = make_sampler(Method::kAuto, 1)->propose(space, history, rng);
  ASSERT_TRUE(proposal);
  EXPECT_EQ(*proposal->configuration.get("x"), Value(0.125));
  EXPECT_EQ(proposal->by, "default");
}

/// Where a study has come to after 40 trials and with some more still running.
StudyUnderTest halfway(const Space& space, const Function& function, std::uint64_t seed) {
  StudyUnderTest study(loss_spec(space));
  Tpe sampler(seed);
  History history;
  for (std::uint64_t i = 1; i <= 44; ++i) {
    history.sync(study.state);
    Rng rng(seed, i);
    auto proposal = sampler.propose(space, history, rng);
    const double value = function(proposal->configuration);
    if (i <= 40) {
      study.whole_trial(std::move(proposal->configuration), value);
    } else {
      study.start(study.suggest(std::move(proposal->configuration)));
    }
  }
  return study;
}

TEST(Tpe, ACacheChangesNoDecision) {
  const Space space = testing::branching_space();
  StudyUnderTest study = halfway(space, testing::branching, 5);
  StudyUnderTest replayed(loss_spec(space));
  Tpe often(5);
  History history;
  for (std::size_t i = 2; i < study.facts.size(); ++i) {
    replayed.apply(study.facts[i].payload);
    if (i % 3 != 0) continue;
    history.sync(replayed.state);
    Rng rng(5, i);
    (void)often.propose(space, history, rng);
  }
  history.sync(replayed.state);
  History fresh_history;
  fresh_history.sync(study.state);
  Tpe fresh(5);
  Rng rng(5, 99);
  Rng same_rng(5, 99);
  EXPECT_EQ(often.propose(space, history, rng)->configuration,
            fresh.propose(space, fresh_history, same_rng)->configuration);
}

/// A study that inherited those of `old`, whose losses were all lower by `shift`.
StudyUnderTest heir_of(const StudyUnderTest& old, double shift) {
  StudyUnderTest heir(old.state.spec());
  for (const TrialRecord& trial : old.state.trials()) {
    if (trial.state != TrialState::kComplete) continue;
    heir.apply(Inherited{.trial = trial.id,
                         .configuration = trial.configuration,
                         .cause = Cause::kComplete,
                         .curve = {{1, *old.state.score(trial) - shift}}});
  }
  return heir;
}

double least_of(StudyUnderTest& study, const Function& function, int trials, std::uint64_t seed) {
  Tpe sampler(seed);
  History history;
  double least = std::numeric_limits<double>::infinity();
  while (study.state.trials().size() < static_cast<std::size_t>(trials)) {
    history.sync(study.state);
    Rng rng(seed, study.state.trials().size() + 1000);
    auto proposal = sampler.propose(study.state.space(), history, rng);
    const double value = function(proposal->configuration);
    study.whole_trial(std::move(proposal->configuration), value);
    least = std::min(least, value);
  }
  return least;
}

TEST(Tpe, WhatIsInheritedIsWorthTrials) {
  const Space space = testing::branin_space();
  for (const double shift : {0.0, 50.0}) {  // 50: the old script said better of everything
    std::vector<double> warm;
    std::vector<double> cold;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      const StudyUnderTest old = halfway(space, testing::branin, seed);
      StudyUnderTest heir = heir_of(old, shift);
      const Configuration& best = old.state.find(old.state.best())->configuration;
      heir.whole_trial(best, testing::branin(best));
      warm.push_back(least_of(heir, testing::branin, 15, seed));
      StudyUnderTest beginner(loss_spec(space));
      cold.push_back(least_of(beginner, testing::branin, 15, seed));
    }
    std::sort(warm.begin(), warm.end());
    std::sort(cold.begin(), cold.end());
    EXPECT_LT(warm[5], cold[5] / 2) << "shift " << shift;
  }
}

TEST(Tpe, TrialsUnderWayPushNewOnesAway) {
  const Space space = testing::branin_space();
  StudyUnderTest study = halfway(space, testing::branin, 2);
  History history;
  history.sync(study.state);
  Tpe sampler(2);
  Rng rng(7, 0);
  const Configuration favourite = sampler.propose(space, history, rng)->configuration;
  const auto crowd = space.to_unit(favourite);
  const auto near_crowd = [&](const History& seen) {
    int near = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
      Rng stream(7, i);
      const auto row = space.to_unit(sampler.propose(space, seen, stream)->configuration);
      near += std::hypot(row[0] - crowd[0], row[1] - crowd[1]) < 0.1 ? 1 : 0;
    }
    return near;
  };
  const int before = near_crowd(history);
  for (int i = 0; i < 12; ++i) {
    std::vector<double> row = crowd;
    row[0] = std::clamp(row[0] + 0.002 * i - 0.012, 0.0, 1.0);
    study.start(study.suggest(space.from_unit(row)));
  }
  history.sync(study.state);
  EXPECT_LT(near_crowd(history), before / 2);
}

}  // namespace
}  // namespace hpopt
