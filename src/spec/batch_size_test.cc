#include "spec/batch_size.h"

#include <gtest/gtest.h>

namespace hpopt {
namespace {

StudySpec with(const std::string& name, const Domain& domain) {
  StudySpec spec;
  spec.space.add({.name = "lr", .domain = FloatDomain{0, 1}}).value();
  spec.space.add({.name = name, .domain = domain}).value();
  return spec;
}

/// The batches that are tried one after the other, beginning with `first`.
std::vector<double> downwards(const Domain& domain, const Value& first) {
  const StudySpec spec = with("bs", domain);
  std::vector<double> batches;
  std::optional<Configuration> now = Configuration{{"lr", 0.5}, {"bs", first}};
  while ((now = smaller_batch(spec, *now))) {
    EXPECT_TRUE(spec.space.check(*now).ok()) << now->json();
    EXPECT_EQ(now->get("lr")->as_double(), 0.5);
    batches.push_back(now->get("bs")->as_double());
  }
  return batches;
}

using Batches = std::vector<double>;

TEST(BatchSize, IsHalvedDownToTheSmallest) {
  EXPECT_EQ(downwards(IntDomain{16, 512}, 300), (Batches{150, 75, 37, 18, 16}));
  EXPECT_EQ(downwards(IntDomain{8, 512, Scale::kLog, 8}, 256), (Batches{128, 64, 32, 16, 8}));
  EXPECT_EQ(downwards(IntDomain{24, 512, Scale::kLinear, 24}, 264), (Batches{120, 48, 24}));
  EXPECT_EQ(downwards(CategoricalDomain{{64, 16, 256, 128}, {}}, 256), (Batches{128, 64, 16}));
  EXPECT_EQ(downwards(CategoricalDomain{{48, 64}, {}}, 64), (Batches{48}));  // better than none
  EXPECT_EQ(downwards(FloatDomain{16, 128, Scale::kLinear, 16}, 128.0), (Batches{64, 32, 16}));
  EXPECT_EQ(downwards(FixedDomain{64}, 64), (Batches{}));
  EXPECT_EQ(downwards(IntDomain{16, 512}, 16), (Batches{}));
}

TEST(BatchSize, HeedsConstraints) {
  StudySpec spec = with("batch_size", IntDomain{8, 64});
  spec.space.add({.name = "micro", .domain = IntDomain{8, 64}}).value();
  spec.space.add(Constraint{.left = "micro", .right = "batch_size", .strict = false}).value();
  EXPECT_TRUE(smaller_batch(spec, {{"lr", 0.5}, {"batch_size", 64}, {"micro", 32}}));
  EXPECT_FALSE(smaller_batch(spec, {{"lr", 0.5}, {"batch_size", 64}, {"micro", 48}}));
}

TEST(BatchSize, IsFoundByItsUsualNames) {
  for (const char* name : {"batch_size", "batch-size", "bs", "BATCH_SIZE", "train.batch_size",
                           "per_device_train_batch_size", "per-device-train-batch-size"}) {
    EXPECT_NE(batch_parameter(with(name, IntDomain{8, 64})), nullptr) << name;
  }
  for (const char* name : {"batch_norm", "width", "eval_batch_size", "obs"}) {
    EXPECT_EQ(batch_parameter(with(name, IntDomain{8, 64})), nullptr) << name;
  }
  EXPECT_EQ(batch_parameter(with("batch", CategoricalDomain{{"small", "large"}, {}})), nullptr);
  StudySpec named = with("width", IntDomain{8, 64});
  named.batch_size = "width";
  EXPECT_EQ(batch_parameter(named)->name, "width");
}

TEST(BatchSize, IsSeenAsAConstantOfTheCommand) {
  const auto of = [](const std::vector<std::string>& command) {
    const auto found = constant_batch(command);
    return found ? found->name + " " + found->value : "";
  };
  EXPECT_EQ(of({"./train", "--batch-size", "256"}), "--batch-size 256");
  EXPECT_EQ(of({"./train", "--lr", "1", "-bs=64"}), "-bs 64");
  EXPECT_EQ(of({"./train", "train.batch_size=32"}), "train.batch_size 32");
  EXPECT_EQ(of({"./train", "--batch-size=${batch-size}"}), "");
  EXPECT_EQ(of({"./train", "--batch-norm", "1", "batch"}), "");
}

}  // namespace
}  // namespace hpopt
