// Whole searches by a sampler, for tests.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sampler/sampler.h"
#include "sampler/simple_samplers.h"
#include "sampler/testing.h"

namespace hpopt::testing {

using Function = std::function<double(const Configuration&)>;

inline StudySpec loss_spec(Space space) {
  StudySpec spec;
  spec.objectives = {{.name = "loss", .maximize = false}};
  spec.space = std::move(space);
  return spec;
}

/// The least finite value of so many further trials of the study, one after another; checks that
/// each configuration is new and valid.
inline double least_value(Sampler& sampler, StudyUnderTest& study, const Function& function,
                          int trials, std::uint64_t seed = 1) {
  const Space& space = study.state.space();
  History history;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < trials; ++i) {
    history.sync(study.state);
    Rng rng(seed, study.state.trials().size() + 1);
    auto proposal = sampler.propose(space, history, rng);
    if (!proposal) break;
    EXPECT_TRUE(space.check(proposal->configuration));
    EXPECT_FALSE(study.state.tried(proposal->configuration));
    const double value = function(proposal->configuration);
    if (std::isfinite(value)) least = std::min(least, value);
    if (!proposal->model.empty()) study.apply(Fitted{proposal->model});
    study.whole_trial(std::move(proposal->configuration), value, {.by = proposal->by});
  }
  return least;
}

/// The same, of a new study.
inline double least_value(Sampler& sampler, const Space& space, const Function& function,
                          int trials, std::uint64_t seed = 1) {
  StudyUnderTest study(loss_spec(space));
  return least_value(sampler, study, function, trials, seed);
}

using SamplerOfSeed = std::function<std::unique_ptr<Sampler>(std::uint64_t)>;

/// Of that, over the seeds 1 to `seeds`.
inline double median_least_value(const SamplerOfSeed& sampler, const Space& space,
                                 const Function& function, int trials, std::uint64_t seeds) {
  std::vector<double> least;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    least.push_back(least_value(*sampler(seed), space, function, trials, seed));
  }
  std::sort(least.begin(), least.end());
  const std::size_t middle = least.size() / 2;
  return least.size() % 2 == 1 ? least[middle] : (least[middle - 1] + least[middle]) / 2;
}

/// The same, by chance.
inline double median_of_random(const Space& space, const Function& function, int trials,
                               std::uint64_t seeds) {
  return median_least_value([](std::uint64_t) { return std::make_unique<RandomSampler>(); }, space,
                            function, trials, seeds);
}

}  // namespace hpopt::testing
