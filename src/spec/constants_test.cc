#include "spec/constants.h"

#include <gtest/gtest.h>

namespace hpopt {
namespace {

using Words = std::vector<std::string>;

TEST(ConstantLength, IsFoundBehindTheUsualFlags) {
  EXPECT_EQ(constant_length({"python", "train.py", "--epochs", "50"}), 50);
  EXPECT_EQ(constant_length({"train", "--num_epochs=7"}), 7);
  EXPECT_EQ(constant_length({"train", "max-epochs=3"}), 3);
  EXPECT_EQ(constant_length({"train", "--num_train_epochs", "4"}), 4);
}

TEST(ConstantLength, IsNotGuessed) {
  EXPECT_EQ(constant_length({"train", "--epochs"}), std::nullopt);
  EXPECT_EQ(constant_length({"train", "--epochs", "${epochs}"}), std::nullopt);
  EXPECT_EQ(constant_length({"train", "--epochs", "0"}), std::nullopt);
  EXPECT_EQ(constant_length({"train", "epochs", "5"}), std::nullopt);
  EXPECT_EQ(constant_length({"train", "--warmup-epochs", "5"}), std::nullopt);
  EXPECT_EQ(constant_length({"-"}), std::nullopt);
}

TEST(ConstantOf, IsWhatStandsBehindTheName) {
  const Words command{"python",  "train.py", "--batch-size", "32",    "--decay=-1e-4", "opt=adam",
                      "--shift", "-3",       "--lr",         "${lr}", "--flag",        "--last"};
  EXPECT_EQ(constant_of(command, "batch_size"), "32");
  EXPECT_EQ(constant_of(command, "decay"), "-1e-4");
  EXPECT_EQ(constant_of(command, "opt"), "adam");
  EXPECT_EQ(constant_of(command, "shift"), "-3");
  EXPECT_EQ(constant_of(command, "lr"), std::nullopt) << "it varies";
  EXPECT_EQ(constant_of(command, "flag"), std::nullopt);
  EXPECT_EQ(constant_of(command, "last"), std::nullopt);
  EXPECT_EQ(constant_of(command, "size"), std::nullopt);
  EXPECT_EQ(constant_of({}, "lr"), std::nullopt);
}

TEST(RestOfCommand, LeavesOutWhatVaries) {
  const Words rest{"python", "train.py", "--data", "a"};
  EXPECT_EQ(rest_of_command({"python", "train.py", "--lr", "${lr}", "--data", "a"}, {"lr"}), rest);
  EXPECT_EQ(rest_of_command({"python", "train.py", "--lr=${lr}", "--data", "a", "${args}"}, {}),
            rest);
  EXPECT_EQ(rest_of_command({"python", "train.py", "--data", "a", "--bs", "32"}, {"bs"}), rest);
  EXPECT_EQ(rest_of_command({"python", "train.py", "--data", "a", "--epochs", "5"}, {}), rest);
  EXPECT_EQ(rest_of_command({"python", "train.py", "--data", "a", "${nesterov?--nesterov}"}, {}),
            rest);
  EXPECT_NE(rest_of_command({"python", "train.py", "--data", "b"}, {}), rest);
}

}  // namespace
}  // namespace hpopt
