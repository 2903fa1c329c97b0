#include "checkpoint.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace digits {
namespace {

class CheckpointFile : public testing::Test {
 public:
  ~CheckpointFile() override { std::filesystem::remove_all(folder_); }

 protected:
  CheckpointFile() : folder_(testing::TempDir() + "digits_checkpointXXXXXX") {
    file_ = std::string(mkdtemp(folder_.data())) + "/a.ckpt";
  }

  static Checkpoint example() {
    return {"width=3",
            7,
            0.25,
            Eigen::VectorXf::LinSpaced(5, 0.1F, 0.9F),
            {99, Eigen::VectorXf::Ones(5), Eigen::VectorXf::Zero(5)}};
  }

  std::string folder_;
  std::string file_;
  std::string error_;
};

TEST_F(CheckpointFile, ComesBackAsItWas) {
  ASSERT_TRUE(save_checkpoint(example(), file_, error_)) << error_;
  const auto back = load_checkpoint(file_);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->fingerprint, "width=3");
  EXPECT_EQ(back->epochs_done, 7);
  EXPECT_EQ(back->loss, 0.25);
  EXPECT_EQ(back->parameters, example().parameters);
  EXPECT_EQ(back->optimizer.steps, 99);
  EXPECT_EQ(back->optimizer.first, example().optimizer.first);
  EXPECT_EQ(back->optimizer.second, example().optimizer.second);
}

TEST_F(CheckpointFile, LeavesNothingElseBehind) {
  ASSERT_TRUE(save_checkpoint(example(), file_, error_));
  ASSERT_TRUE(save_checkpoint(example(), file_, error_));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(CheckpointFile, AMissingOrTruncatedOneIsNone) {
  EXPECT_FALSE(load_checkpoint(file_));
  ASSERT_TRUE(save_checkpoint(example(), file_, error_));
  for (auto size = std::filesystem::file_size(file_); size-- > 0;) {
    std::filesystem::resize_file(file_, size);
    EXPECT_FALSE(load_checkpoint(file_)) << "cut to " << size << " bytes";
  }
}

TEST_F(CheckpointFile, AFailureToWriteNamesTheFile) {
  EXPECT_FALSE(save_checkpoint(example(), "/no/such/folder/a.ckpt", error_));
  EXPECT_THAT(error_, testing::HasSubstr("/no/such/folder/a.ckpt"));
}

}  // namespace
}  // namespace digits
