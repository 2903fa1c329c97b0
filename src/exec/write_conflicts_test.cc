#include "exec/write_conflicts.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "base/unique_fd.h"

namespace hpopt {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A process that holds a file open for writing until it is let go.
class Writer {
 public:
  explicit Writer(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT, 0600));
    EXPECT_TRUE(file.valid());
    pid_ = ::fork();
    if (pid_ == 0) {
      for (;;) ::pause();
    }
  }
  ~Writer() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

TEST(WriteConflicts, AreToldOnce) {
  const std::string file = testing::fresh_folder() + "/model.pt";
  const Writer first(file);
  const Writer second(file);
  WriteConflicts conflicts;
  EXPECT_THAT(conflicts.look({{1, {first.pid()}}}), IsEmpty());
  EXPECT_THAT(conflicts.look({{1, {first.pid()}}, {2, {second.pid()}}}),
              Contains(::testing::AllOf(HasSubstr("trials 1 and 2"), HasSubstr(file),
                                        HasSubstr("~trial_dir()"))));
  EXPECT_THAT(conflicts.look({{1, {first.pid()}}, {2, {second.pid()}}}), IsEmpty());
}

TEST(WriteConflicts, TwoProcessesOfOneTrialAreNone) {
  const std::string file = testing::fresh_folder() + "/model.pt";
  const Writer first(file);
  const Writer second(file);
  WriteConflicts conflicts;
  EXPECT_THAT(conflicts.look({{1, {first.pid(), second.pid()}}}), IsEmpty());
}

TEST(FilesOpenForWriting, LeavesOutReadersLocksAndTheDead) {
  const std::string folder = testing::fresh_folder();
  const Writer model(folder + "/model.pt");
  const Writer lock(folder + "/data.lock");
  int most = 1000;
  EXPECT_THAT(files_open_for_writing(model.pid(), most), Contains(folder + "/model.pt"));
  EXPECT_THAT(files_open_for_writing(lock.pid(), most), Not(Contains(folder + "/data.lock")));
  const UniqueFd reading(::open((folder + "/model.pt").c_str(), O_RDONLY));
  EXPECT_THAT(files_open_for_writing(::getpid(), most), Not(Contains(folder + "/model.pt")));
  EXPECT_THAT(files_open_for_writing(1 << 22, most), IsEmpty());
  EXPECT_GT(most, 0);
}

TEST(FilesOpenForWriting, LooksAtNoMoreThanItMay) {
  const std::string file = testing::fresh_folder() + "/model.pt";
  std::vector<UniqueFd> many;
  for (int i = 0; i < 100; ++i) many.emplace_back(::open(file.c_str(), O_WRONLY | O_CREAT, 0600));
  const Writer writer(file);
  int most = 50;
  EXPECT_LE(files_open_for_writing(writer.pid(), most).size(), 50);
  EXPECT_EQ(most, 0);
  EXPECT_THAT(files_open_for_writing(writer.pid(), most), IsEmpty());
}

}  // namespace
}  // namespace hpopt
