#include "engine/launcher.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "base/text.h"
#include "study/testing.h"

namespace hpopt {
namespace {

TEST(Launcher, FillsInTheSamePortThatTheEnvironmentTells) {
  ASSERT_EQ(unsetenv("MASTER_PORT"), 0);
  StudySpec spec = testing::small_spec();
  spec.command = {"./train", "${port}"};
  Fact created = testing::fact(testing::created(spec));
  created.stamp.revision = 1;
  StudyState state;
  ASSERT_TRUE(state.apply(created).ok());
  const Launcher launcher(state, "study", "/store", 1, {});
  const Launch launch =
      launcher.prepare({.id = 1, .configuration = testing::configuration(0.1)}, 1, 0).value();
  ASSERT_EQ(launch.argv.size(), 2U);
  EXPECT_GT(parse_integer(launch.argv[1]).value(), 0);
  EXPECT_EQ(launch.environment.at("MASTER_PORT"), launch.argv[1]);
}

TEST(TrialSeed, DiffersByTrialAndFitsThirtyOneBits) {
  EXPECT_NE(trial_seed(1, 1), trial_seed(1, 2));
  EXPECT_NE(trial_seed(1, 1), trial_seed(2, 1));
  EXPECT_EQ(trial_seed(1, 1), trial_seed(1, 1));
  for (TrialId trial = 1; trial < 100; ++trial) EXPECT_LT(trial_seed(0, trial), 1ULL << 31U);
}

}  // namespace
}  // namespace hpopt
