#include "exec/environment.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "base/text.h"

namespace hpopt {
namespace {

TEST(TrialEnvironment, NamesTheTrialAndItsPlaces) {
  const auto variables = trial_environment({.study = "digits",
                                            .trial = 7,
                                            .seed = 42,
                                            .fidelity = {{"epochs", 9}, {"image-size", 0.5}},
                                            .trial_directory = "/t/7",
                                            .workers = 1});
  EXPECT_EQ(variables.at("HPOPT_STUDY"), "digits");
  EXPECT_EQ(variables.at("HPOPT_TRIAL"), "7");
  EXPECT_EQ(variables.at("HPOPT_SEED"), "42");
  EXPECT_EQ(variables.at("HPOPT_PARAMS"), "/t/7/params.json");
  EXPECT_EQ(variables.at("HPOPT_CHECKPOINT_DIR"), "/t/7/checkpoints");
  EXPECT_EQ(variables.at("HPOPT_FIDELITY_EPOCHS"), "9");
  EXPECT_EQ(variables.at("HPOPT_FIDELITY_IMAGE_SIZE"), "0.5");
  EXPECT_EQ(variables.at("PYTHONUNBUFFERED"), "1");
  EXPECT_GT(parse_integer(variables.at("MASTER_PORT")).value(), 0);
}

TEST(TrialEnvironment, SharesTheCoresOutButHeedsTheUser) {
  ASSERT_EQ(unsetenv("OMP_NUM_THREADS"), 0);
  ASSERT_EQ(setenv("MKL_NUM_THREADS", "3", 1), 0);
  const int cores = available_cores();
  const auto variables = trial_environment({.workers = cores});
  EXPECT_EQ(variables.at("OMP_NUM_THREADS"), "1");
  EXPECT_FALSE(variables.contains("MKL_NUM_THREADS"));
  EXPECT_EQ(trial_environment({.workers = 1}).at("OMP_NUM_THREADS"), std::to_string(cores));
}

}  // namespace
}  // namespace hpopt
