#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/unique_fd.h"

namespace hpopt {
namespace {

class FilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "hpopt-files-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  static mode_t mode_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 0777U;
  }

  std::string root_;
};

TEST_F(FilesTest, WritesWholeFilesPrivately) {
  const std::string path = root_ + "/a.json";
  ASSERT_TRUE(write_file_atomic(path, "first").ok());
  ASSERT_TRUE(write_file_atomic(path, std::string(200'000, 'x')).ok());
  EXPECT_EQ(read_file(path).value(), std::string(200'000, 'x'));
  EXPECT_EQ(mode_of(path), 0600U);
  const std::filesystem::directory_iterator entries(root_);
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1) << "a temporary file was left";
}

TEST_F(FilesTest, MakesDirectoriesWithTheirParentsPrivately) {
  const std::string path = root_ + "/x/y/z";
  ASSERT_TRUE(make_directories(path).ok());
  ASSERT_TRUE(make_directories(path + "/").ok());
  EXPECT_TRUE(exists(path));
  EXPECT_EQ(mode_of(root_ + "/x"), 0700U);
}

TEST_F(FilesTest, ErrorsNameThePathAndTheCause) {
  const Result<std::string> missing = read_file(root_ + "/none");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_EQ(missing.error().message(),
            root_ + "/none: cannot read the file: No such file or directory");
  ASSERT_TRUE(write_file_atomic(root_ + "/file", "").ok());
  EXPECT_FALSE(make_directories(root_ + "/file").ok());
  EXPECT_FALSE(make_directories(root_ + "/file/below").ok());
  EXPECT_FALSE(write_file_atomic(root_ + "/none/file", "").ok());
}

TEST_F(FilesTest, UniqueFdClosesOnce) {
  UniqueFd first(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_TRUE(first.valid());
  const int number = first.get();
  UniqueFd second = std::move(first);
  EXPECT_EQ(second.get(), number);
  second.reset();
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

TEST(Clocks, ManualStandsStillAndTimesAreWrittenInUtc) {
  ManualClock clock;
  const Nanos before = clock.monotonic();
  clock.advance(from_seconds(1.5));
  EXPECT_EQ(seconds(clock.monotonic() - before), 1.5);
  EXPECT_EQ(rfc3339(clock.utc_ms()), "2026-01-01T00:00:01.500Z");
  const SystemClock system;
  const Nanos earlier = system.monotonic();
  EXPECT_LE(earlier, system.monotonic());
}

}  // namespace
}  // namespace hpopt
