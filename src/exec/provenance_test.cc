#include "exec/provenance.h"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/testing.h"

namespace hpopt {
namespace {

TEST(Provenance, OutsideACheckoutThereIsNoCommit) {
  const Provenance found = find_provenance(testing::fresh_folder(), {"sh"});
  EXPECT_EQ(found.git_commit, "");
  EXPECT_FALSE(found.host.empty());
  EXPECT_THAT(found.interpreter, ::testing::StartsWith("/"));
  EXPECT_EQ(find_provenance("/", {"no-such-program"}).interpreter, "no-such-program");
}

TEST(Provenance, ACheckoutHasACommitAndSaysWhetherItIsDirty) {
  if (std::system("git --version >/dev/null 2>&1") != 0) GTEST_FAIL() << "git is needed here";
  const std::string folder = testing::fresh_folder();
  const std::string git = "git -C " + folder + " -c user.name=a -c user.email=a@b.c ";
  std::ofstream(folder + "/train.py") << "1";
  ASSERT_EQ(std::system((git + "init -q && " + git + "add . && " + git + "commit -qm x").c_str()),
            0);
  EXPECT_EQ(find_provenance(folder, {"sh"}).git_commit.size(), 40U);
  EXPECT_FALSE(find_provenance(folder, {"sh"}).git_dirty);
  std::ofstream(folder + "/train.py") << "2";
  EXPECT_TRUE(find_provenance(folder, {"sh"}).git_dirty);
}

TEST(Record, IsJsonWithTheArguments) {
  const auto json = Json::parse(record_json({.host = "h", .git_commit = "c", .git_dirty = true}, 7,
                                            {"python3", "train.py", "\xff"}));
  EXPECT_EQ(json["seed"], 7);
  EXPECT_EQ(json["argv"][1], "train.py");
  EXPECT_EQ(json["git_dirty"], true);
}

}  // namespace
}  // namespace hpopt
