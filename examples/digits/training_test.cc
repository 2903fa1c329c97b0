#include "training.h"

#include <atomic>
#include <string>

#include <gtest/gtest.h>

#include "test_samples.h"

namespace digits {
namespace {

const std::atomic<bool> kNoStop = false;

TrainingOptions quick() {
  TrainingOptions options;
  options.epochs = 6;
  options.width = 16;
  options.batch_size = 20;
  options.dropout = 0.1F;
  options.optimizer.weight_decay = 0.01F;
  return options;
}

void run(Training& training, int epochs) {
  for (int i = 0; i < epochs; ++i) ASSERT_TRUE(training.run_epoch(kNoStop));
}

TEST(Training, LearnsWithEitherOptimizer) {
  for (const Method method : {Method::kSgd, Method::kAdam}) {
    TrainingOptions options = quick();
    options.optimizer.method = method;
    options.learning_rate = 0.005F;
    options.width = 64;
    options.epochs = 30;
    Training training(options, random_digits());
    run(training, 1);
    const double first_loss = training.loss();
    run(training, 29);
    EXPECT_TRUE(training.finished());
    EXPECT_LT(training.loss(), 0.5 * first_loss);
    EXPECT_GT(training.test().accuracy, 0.3);
  }
}

TEST(Training, GoesOnFromACheckpointBitByBit) {
  for (const Method method : {Method::kSgd, Method::kAdam}) {
    for (const Schedule schedule : {Schedule::kConstant, Schedule::kCosine, Schedule::kStep}) {
      TrainingOptions options = quick();
      options.optimizer.method = method;
      options.schedule = schedule;
      const Digits data = random_digits();
      Training whole(options, data);
      run(whole, 6);

      Training first_part(options, data);
      run(first_part, 3);
      Training second_part(options, data);
      ASSERT_TRUE(second_part.restore(first_part.checkpoint()));
      EXPECT_EQ(second_part.epochs_done(), 3);
      EXPECT_EQ(second_part.loss(), first_part.loss());
      run(second_part, 3);

      EXPECT_EQ(whole.checkpoint().parameters, second_part.checkpoint().parameters);
      EXPECT_EQ(whole.loss(), second_part.loss());
      EXPECT_EQ(whole.test().loss, second_part.test().loss);
    }
  }
}

TEST(Training, RefusesACheckpointOfOtherOptions) {
  Training one(quick(), random_digits());
  run(one, 1);
  TrainingOptions other = quick();
  other.learning_rate *= 2;
  Training two(other, random_digits());
  EXPECT_FALSE(two.restore(one.checkpoint()));
  EXPECT_EQ(two.epochs_done(), 0);
}

TEST(Training, StopsWithinAnEpoch) {
  Training training(quick(), random_digits());
  const std::atomic<bool> stop = true;
  EXPECT_FALSE(training.run_epoch(stop));
  EXPECT_EQ(training.epochs_done(), 0);
}

TEST(Training, TheLengthOfTheTrainingShapesItsScheduleOnly) {
  TrainingOptions longer = quick();
  longer.epochs = 60;
  Training short_one(quick(), random_digits());
  Training long_one(longer, random_digits());
  run(short_one, 2);
  run(long_one, 2);
  EXPECT_EQ(short_one.loss(), long_one.loss());
}

TEST(Schedule, FollowsItsDefinition) {
  EXPECT_EQ(schedule_factor(Schedule::kConstant, 0.99), 1.0F);
  EXPECT_EQ(schedule_factor(Schedule::kCosine, 0.0), 1.0F);
  EXPECT_FLOAT_EQ(schedule_factor(Schedule::kCosine, 0.5), 0.5F);
  EXPECT_NEAR(schedule_factor(Schedule::kCosine, 1.0), 0.0F, 1e-7F);
  EXPECT_EQ(schedule_factor(Schedule::kStep, 0.49), 1.0F);
  EXPECT_EQ(schedule_factor(Schedule::kStep, 0.5), 0.1F);
  EXPECT_EQ(schedule_factor(Schedule::kStep, 0.75), 0.01F);
}

}  // namespace
}  // namespace digits
