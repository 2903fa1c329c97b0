#include "exec/memory_use.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing.h"

namespace hpopt {
namespace {

constexpr std::uint64_t kKibiByte = 1024;
constexpr std::uint64_t kMebiByte = 1024 * kKibiByte;

/// A stopped process that keeps so many bytes.
pid_t keeper(std::size_t bytes) {
  std::array<int, 2> ready{};
  EXPECT_EQ(::pipe(ready.data()), 0);
  const pid_t process = ::fork();
  if (process == 0) {
    std::vector<char> kept(bytes);
    std::fill(kept.begin(), kept.end(), 'x');
    (void)!::write(ready[1], kept.data(), 1);
    for (;;) ::pause();
  }
  char byte = 0;
  EXPECT_EQ(::read(ready[0], &byte, 1), 1);
  ::close(ready[0]);
  ::close(ready[1]);
  return process;
}

void end_keeper(pid_t process) {
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
}

TEST(MemoryUse, CountsWhatAProcessKeepsAlsoWhileItIsStopped) {
  const pid_t process = keeper(64 * kMebiByte);
  EXPECT_GT(memory_of({process}), 64 * kMebiByte);
  ::kill(process, SIGSTOP);
  EXPECT_GT(memory_of({process}), 64 * kMebiByte);
  EXPECT_LT(memory_of({process}), 1024 * kMebiByte);
  end_keeper(process);
  EXPECT_EQ(memory_of({process}), 0U) << "one that is gone keeps nothing";
  EXPECT_EQ(memory_of({}), 0U);
}

TEST(MemoryUse, AGuessIsNearWhatAProcessHasOfItsOwn) {
  const pid_t process = keeper(64 * kMebiByte);
  EXPECT_GT(quick_memory_of({process}), 64 * kMebiByte);
  EXPECT_LT(quick_memory_of({process}), 1024 * kMebiByte);
  end_keeper(process);
  EXPECT_EQ(quick_memory_of({process}), 0U) << "one that is gone keeps nothing";
}

TEST(MemoryUse, SharedPagesCountOnceOverAll) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer's own memory is no child's share";
#endif
  std::vector<char> shared(64 * kMebiByte, 'x');
  const std::vector<pid_t> children{keeper(1), keeper(1), keeper(1)};
  EXPECT_LT(memory_of(children), 2 * shared.size());
  for (const pid_t child : children) end_keeper(child);
}

TEST(MemoryUse, TheMachineHasSome) {
  EXPECT_GT(available_memory(), 16 * kMebiByte);
  EXPECT_LT(available_memory(), std::uint64_t{1} << 60U);
}

class Limits : public ::testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = std::filesystem::path(root_) / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  [[nodiscard]] std::uint64_t available() const {
    return available_memory(root_ + "/proc", root_ + "/cgroup");
  }
  std::string root_ = testing::fresh_folder();
};

TEST_F(Limits, OfTheMachineAreItsAvailableMemory) {
  write("proc/meminfo", "MemTotal: 9000 kB\nMemFree: 10 kB\nMemAvailable:   4000 kB\n");
  write("proc/self/cgroup", "0::/\n");
  EXPECT_EQ(available(), 4000 * kKibiByte);
}

TEST_F(Limits, OfAGroupAboveBindToo) {
  write("proc/meminfo", "MemAvailable: 4000000 kB\n");
  write("proc/self/cgroup", "0::/pod/box\n");
  write("cgroup/pod/memory.max", "3000000\n");
  write("cgroup/pod/memory.current", "2500000\n");
  write("cgroup/pod/memory.stat", "anon 1\ninactive_file 500000\n");
  write("cgroup/pod/box/memory.max", "max\n");
  write("cgroup/pod/box/memory.current", "100\n");
  EXPECT_EQ(available(), 1000000U) << "what the kernel can give up is free";
}

TEST_F(Limits, OfTheFirstVersionsGroupsAreRead) {
  write("proc/meminfo", "MemAvailable: 4000000 kB\n");
  write("proc/self/cgroup", "8:pids:/a\n4:memory:/job\n0::/\n");
  write("cgroup/memory/job/memory.limit_in_bytes", "700000\n");
  write("cgroup/memory/job/memory.usage_in_bytes", "900000\n");
  write("cgroup/memory/job/memory.stat", "total_inactive_file 300000\n");
  EXPECT_EQ(available(), 100000U);
}

}  // namespace
}  // namespace hpopt
