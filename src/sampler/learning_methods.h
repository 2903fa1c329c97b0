// Tests that every method must pass that learns from what was tried.
//
//   class Hard : public testing::LearningMethod {};
//   TEST_P(Hard, Space) { EXPECT_LT(median_least(space, f, 40), by_chance(space, f, 40)); }
//   INSTANTIATE_TEST_SUITE_P(Methods, Hard, testing::kLearningMethods, testing::method_name);
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "sampler/make_sampler.h"
#include "sampler/searches.h"

namespace hpopt::testing {

/// Whatever trials there are, by whoever they were proposed.
inline const auto kModels = ::testing::Values(Method::kAuto, Method::kTpe, Method::kGp);
/// Those, and the one that learns from generation to generation.
inline const auto kLearningMethods =
    ::testing::Values(Method::kAuto, Method::kTpe, Method::kGp, Method::kCmaes);

inline std::string method_name(const ::testing::TestParamInfo<Method>& tested) {
  return kMethodNames.at(static_cast<std::size_t>(tested.param));
}

class LearningMethod : public ::testing::TestWithParam<Method> {
 protected:
  [[nodiscard]] static std::unique_ptr<Sampler> sampler(std::uint64_t seed) {
    return make_sampler(GetParam(), seed);
  }

  static double median_least(const Space& space, const Function& function, int trials) {
    constexpr std::uint64_t kSeeds = 3;
    return median_least_value(sampler, space, function, trials, kSeeds);
  }

  static double by_chance(const Space& space, const Function& function, int trials) {
    constexpr std::uint64_t kSeeds = 45;
    return median_of_random(space, function, trials, kSeeds);
  }
};

}  // namespace hpopt::testing
