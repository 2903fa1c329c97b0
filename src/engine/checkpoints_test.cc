#include "engine/checkpoints.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/testing.h"

namespace hpopt {
namespace {

namespace fs = std::filesystem;

class CheckpointsTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string folder(TrialId trial) const {
    return root_ + "/" + std::to_string(trial) + "/checkpoints";
  }
  void write(TrialId trial, const std::string& name, std::size_t bytes) const {
    const fs::path path = fs::path(folder(trial)) / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << std::string(bytes, 'x');
  }

  std::string root_ = testing::fresh_folder();
  Checkpoints checkpoints_{[this](TrialId trial) { return folder(trial); }};
};

constexpr std::size_t kMebi = std::size_t{1} << 20U;

TEST_F(CheckpointsTest, ThoseOfIdleTrialsCountWithAllTheirFolders) {
  write(1, "last.pt", kMebi);
  write(1, "best/weights.pt", kMebi);
  write(2, "last.pt", kMebi);
  for (TrialId trial = 1; trial <= 3; ++trial) checkpoints_.measure(trial);
  const Pool pool = checkpoints_.pool();
  EXPECT_EQ(pool.kept.size(), 2U);
  EXPECT_GE(pool.kept.at(1), 2 * kMebi);
  EXPECT_LT(pool.kept.at(1), 3 * kMebi);
  EXPECT_GT(pool.limit, 0U);
  checkpoints_.leave_alone(1);
  EXPECT_EQ(checkpoints_.pool().kept.size(), 1U);
}

TEST_F(CheckpointsTest, AreRemovedWithoutTheirFolder) {
  write(1, "last.pt", kMebi);
  write(1, "best/weights.pt", kMebi);
  checkpoints_.measure(1);
  ASSERT_TRUE(checkpoints_.remove(1).ok());
  EXPECT_TRUE(fs::is_directory(folder(1)));
  EXPECT_TRUE(fs::is_empty(folder(1)));
  EXPECT_TRUE(checkpoints_.pool().kept.empty());
}

TEST_F(CheckpointsTest, LinksAreRemovedAndNotFollowed) {
  write(1, "last.pt", kMebi);
  write(2, "precious.pt", kMebi);
  fs::create_directory_symlink(folder(2), folder(1) + "/shared");
  checkpoints_.measure(1);
  EXPECT_LT(checkpoints_.pool().kept.at(1), 2 * kMebi);
  ASSERT_TRUE(checkpoints_.remove(1).ok());
  EXPECT_TRUE(fs::exists(folder(2) + "/precious.pt"));
}

// Once what a link led to was emptied: a trainer had moved its checkpoints to a larger disk.
TEST_F(CheckpointsTest, AFolderThatIsALinkIsNotOurs) {
  write(2, "precious.pt", kMebi);
  fs::create_directories(fs::path(folder(1)).parent_path());
  fs::create_directory_symlink(folder(2), folder(1));
  checkpoints_.measure(1);
  EXPECT_TRUE(checkpoints_.pool().kept.empty());
  ASSERT_TRUE(checkpoints_.remove(1).ok());
  EXPECT_TRUE(fs::exists(folder(2) + "/precious.pt"));
}

// Once a folder that a user had removed made the disk look full.
TEST_F(CheckpointsTest, AFolderThatIsGoneDoesNotMakeTheDiskLookFull) {
  write(1, "last.pt", kMebi);
  write(2, "last.pt", kMebi);
  checkpoints_.measure(1);
  checkpoints_.measure(2);
  fs::remove_all(folder(1));
  EXPECT_GT(checkpoints_.pool().limit, 4 * kMebi);
  fs::remove_all(folder(2));
  EXPECT_TRUE(checkpoints_.pool().kept.empty());
}

TEST_F(CheckpointsTest, OneThatIsNotThereIsNothing) {
  checkpoints_.measure(7);
  EXPECT_TRUE(checkpoints_.pool().kept.empty());
  EXPECT_EQ(checkpoints_.pool().limit, 0U);
}

}  // namespace
}  // namespace hpopt
