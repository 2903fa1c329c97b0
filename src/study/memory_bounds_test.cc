#include "study/memory_bounds.h"

#include <gtest/gtest.h>

#include "study/testing.h"

namespace hpopt {
namespace {

/// lr is free; batch_size and width grow; patch_size and opt are of unknown direction.
StudySpec vision_spec() {
  StudySpec spec;
  spec.name = "vision";
  spec.command = {"./train"};
  spec.objectives = {{.name = "accuracy", .maximize = true}};
  const auto add = [&](const char* name, const Domain& domain) {
    spec.space.add({.name = name, .domain = domain}).value();
  };
  add("lr", FloatDomain{1e-5, 1, Scale::kLog, 0});
  add("batch_size", IntDomain{16, 512});
  add("width", CategoricalDomain{{64, 128, 256}, {}});
  add("patch_size", IntDomain{4, 32});
  add("opt", CategoricalDomain{{"sgd", "adam"}, {}});
  add("seed", IntDomain{0, 100});
  return spec;
}

Configuration vision(int batch, int width, int patch = 16, const char* opt = "sgd", double lr = 0.1,
                     int seed = 0) {
  return {{"lr", lr},   {"batch_size", batch}, {"width", width}, {"patch_size", patch},
          {"opt", opt}, {"seed", seed}};
}

TEST(MemoryBounds, HoldForWhatNeedsAtLeastAsMuch) {
  const StudySpec spec = vision_spec();
  MemoryBounds bounds;
  EXPECT_TRUE(bounds.ran_out(spec, vision(128, 128)));
  EXPECT_FALSE(bounds.ran_out(spec, vision(128, 256)));  // nothing new
  EXPECT_TRUE(bounds.forbid(spec, vision(128, 128)));
  EXPECT_TRUE(bounds.forbid(spec, vision(512, 256)));
  EXPECT_TRUE(bounds.forbid(spec, vision(128, 128, 16, "sgd", 1e-4, 7)));  // rates don't count
  EXPECT_FALSE(bounds.forbid(spec, vision(127, 256)));
  EXPECT_FALSE(bounds.forbid(spec, vision(512, 64)));
  EXPECT_FALSE(bounds.forbid(spec, vision(128, 128, 32)));  // larger patches are fewer
  EXPECT_FALSE(bounds.forbid(spec, vision(128, 128, 8)));
  EXPECT_FALSE(bounds.forbid(spec, vision(128, 128, 16, "adam")));
  EXPECT_TRUE(bounds.ran_out(spec, vision(64, 128)));  // takes the place of the first
  EXPECT_TRUE(bounds.forbid(spec, vision(64, 256)));
}

TEST(MemoryBounds, ATrialThatFitsShowsThatTheyWereWrong) {
  const StudySpec spec = vision_spec();
  MemoryBounds bounds;
  bounds.ran_out(spec, vision(64, 64));  // another program held the memory
  bounds.ran_out(spec, vision(64, 64, 16, "adam"));
  bounds.fitted(spec, vision(32, 256));
  EXPECT_TRUE(bounds.forbid(spec, vision(64, 64)));
  bounds.fitted(spec, vision(128, 64));
  EXPECT_FALSE(bounds.forbid(spec, vision(64, 64)));
  EXPECT_TRUE(bounds.forbid(spec, vision(64, 64, 16, "adam")));
}

TEST(MemoryBounds, WithoutASizeNothingIsForbidden) {
  const StudySpec spec = testing::small_spec();  // lr and opt
  MemoryBounds bounds;
  EXPECT_FALSE(bounds.ran_out(spec, testing::configuration(0.1)));
  EXPECT_FALSE(bounds.forbid(spec, testing::configuration(0.1)));
}

TEST(MemoryBounds, ParametersOfAnotherBranchCannotBeCompared) {
  StudySpec spec = vision_spec();
  spec.space.add({.name = "layers", .domain = IntDomain{1, 9}, .when = {{"opt", {"adam"}}}})
      .value();
  MemoryBounds bounds;
  Configuration deep = vision(64, 64, 16, "adam");
  deep.set("layers", 4);
  bounds.ran_out(spec, deep);
  EXPECT_FALSE(bounds.forbid(spec, vision(512, 256)));
  deep.set("layers", 3);
  EXPECT_FALSE(bounds.forbid(spec, deep));
  deep.set("layers", 9);
  EXPECT_TRUE(bounds.forbid(spec, deep));
}

/// A study as facts make it.
class MemoryOfAStudy : public ::testing::Test {
 protected:
  void SetUp() override {
    add(testing::created(vision_spec()));
    add(SessionOpened{"host", 1, "0", "none"});
  }
  void add(Payload payload) {
    const bool first = state_.revision() == 0;
    state_
        .apply(
            {{.revision = state_.revision() + 1, .session = first ? 0U : 1U}, std::move(payload)})
        .value();
  }
  TrialId trial(const Configuration& configuration, Cause cause, bool of_device = false) {
    const auto id = static_cast<TrialId>(state_.trials().size() + 1);
    Suggested suggested = testing::suggested(id, 0.1);
    suggested.configuration = configuration;
    add(std::move(suggested));
    add(testing::started(id, 0, id));
    Ended ended = testing::ended(id, id, cause);
    ended.of_device = of_device;
    add(std::move(ended));
    return id;
  }
  StudyState state_;
};

TEST_F(MemoryOfAStudy, ATrialThatRanOutIsTriedWithHalfTheBatch) {
  trial(vision(256, 128), Cause::kOutOfMemory, true);
  const auto retry = due_retry(state_);
  ASSERT_TRUE(retry);
  EXPECT_EQ(retry->configuration, vision(128, 128));
  EXPECT_EQ(in_words(*retry, 2, state_),
            "trial 1 ran out of GPU memory with batch_size=256: trial 2 tries it with 128");
  trial(retry->configuration, Cause::kComplete);
  EXPECT_FALSE(due_retry(state_));
}

TEST_F(MemoryOfAStudy, TheBatchIsHalvedOnUntilItFitsOrIsTheSmallest) {
  trial(vision(256, 128), Cause::kOutOfMemory);
  std::vector<double> batches;
  while (const auto retry = due_retry(state_)) {
    batches.push_back(retry->configuration.get("batch_size")->as_double());
    trial(retry->configuration, Cause::kOutOfMemory);
  }
  EXPECT_EQ(batches, (std::vector<double>{128, 64, 32, 16}));
  EXPECT_EQ(within_memory(state_, vision(300, 256)), std::nullopt);
  EXPECT_EQ(within_memory(state_, vision(300, 64)), vision(300, 64));
  EXPECT_EQ(memory_advice(state_, *state_.find(1)), "");
  EXPECT_EQ(memory_advice(state_, *state_.find(5)),
            "trial 5 ran out of memory with batch_size=16, and the study allows no smaller one: "
            "give it smaller values");
}

TEST_F(MemoryOfAStudy, ARetrySkipsWhatOthersHaveShownToBeTooLarge) {
  trial(vision(128, 64, 16, "sgd", 0.2), Cause::kOutOfMemory);
  trial(vision(256, 128), Cause::kOutOfMemory);
  EXPECT_EQ(due_retry(state_)->configuration, vision(64, 128));  // 128 is forbidden
  trial(vision(64, 64), Cause::kOutOfMemory);
  EXPECT_EQ(due_retry(state_)->trial, 3U);
  trial(due_retry(state_)->configuration, Cause::kComplete);
  EXPECT_EQ(due_retry(state_)->configuration, vision(32, 128));
  trial(due_retry(state_)->configuration, Cause::kComplete);
  EXPECT_EQ(due_retry(state_)->configuration, vision(32, 64, 16, "sgd", 0.2));
}

TEST_F(MemoryOfAStudy, ABoundIsNotBelievedAgainstATrialThatWasThere) {
  trial(vision(512, 256), Cause::kComplete);
  trial(vision(64, 64), Cause::kOutOfMemory);
  EXPECT_FALSE(state_.memory_bounds().forbid(state_.spec(), vision(64, 64)));
  EXPECT_EQ(due_retry(state_)->configuration, vision(32, 64));
}

TEST(MemoryAdvice, NamesTheConstantOfTheCommand) {
  StudySpec spec = testing::small_spec();
  spec.command = {"./train", "--batch-size", "256", "--lr=${lr}", "--opt=${opt}"};
  for (const bool constant : {true, false}) {
    if (!constant) spec.command.erase(spec.command.begin() + 1, spec.command.begin() + 3);
    StudyState state;
    state.apply({{.revision = 1}, testing::created(spec)}).value();
    TrialRecord trial;
    trial.id = 3;
    trial.configuration = testing::configuration(0.1);
    trial.memory = Memory::kDevice;
    EXPECT_NE(memory_advice(state, trial)
                  .find(constant ? "with --batch-size '~choice(...)' instead of 256"
                                 : "no parameter holds the batch size"),
              std::string::npos)
        << memory_advice(state, trial);
  }
}

}  // namespace
}  // namespace hpopt
