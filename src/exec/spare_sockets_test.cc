#include "exec/spare_sockets.h"

#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/testing.h"

namespace hpopt {
namespace {

void make_old(const std::string& path) {
  const utimbuf long_ago{1000, 1000};
  ASSERT_EQ(::utime(path.c_str(), &long_ago), 0);
}

TEST(SpareSockets, AreSweptWhenTheirProgramIsGone) {
  const std::string parent = testing::fresh_folder();
  const std::string stale = parent + "/hpopt-sockets-abcdef";
  ASSERT_EQ(::mkdir(stale.c_str(), 0700), 0);
  const std::string left = stale + "/1";
  ASSERT_EQ(::mknod(left.c_str(), S_IFIFO | 0600, 0), 0);
  make_old(stale);

  auto living = std::make_unique<SpareSockets>(parent);
  const std::string folder = std::filesystem::path(living->path(1)).parent_path();
  EXPECT_FALSE(std::filesystem::exists(stale));
  make_old(folder);
  SpareSockets other(parent);
  EXPECT_NE(other.path(1), living->path(1));
  EXPECT_TRUE(std::filesystem::exists(folder));  // its program lives
  living.reset();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

}  // namespace
}  // namespace hpopt
