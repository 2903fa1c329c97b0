#include "exec/loggers_seen.h"

#include <fcntl.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "base/unique_fd.h"

namespace hpopt {
namespace {

using ::testing::HasSubstr;

UniqueFd open_to_write(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT, 0600));
  EXPECT_TRUE(file.valid());
  return file;
}

TEST(LoggersSeen, AreKnownByTheFilesThatTrialsWrite) {
  const std::string folder = testing::fresh_folder();
  LoggersSeen loggers;
  const UniqueFd model = open_to_write(folder + "/model.pt");
  loggers.look({{1, {::getpid()}}});
  EXPECT_EQ(loggers.hint(), "");

  const UniqueFd events = open_to_write(folder + "/events.out.tfevents.17.host.4");
  loggers.look({{1, {::getpid()}}});
  EXPECT_THAT(loggers.hint(), HasSubstr(folder + "/events.out.tfevents.17.host.4"));
  EXPECT_THAT(loggers.hint(), HasSubstr("HPOPT_HOOK=tensorboard"));

  const UniqueFd run = open_to_write(folder + "/run-x1.wandb");
  loggers.look({{1, {::getpid()}}});
  EXPECT_THAT(loggers.hint(), HasSubstr("HPOPT_HOOK=wandb"));
}

TEST(LoggersSeen, AreRememberedWhenTheTrialHasGone) {
  LoggersSeen loggers;
  {
    const UniqueFd run = open_to_write(testing::fresh_folder() + "/run-x1.wandb");
    loggers.look({{1, {::getpid()}}});
  }
  loggers.look({});
  EXPECT_THAT(loggers.hint(), HasSubstr("W&B"));
}

}  // namespace
}  // namespace hpopt
