// Waiting for one's turn: bounded, and given up without harm.
#include "storage/write_queue.h"

#include <fcntl.h>
#include <sys/file.h>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/unique_fd.h"
#include "storage/testing.h"

namespace hpopt {
namespace {

using namespace std::chrono_literals;

class WriteQueueTest : public ::testing::Test {
 protected:
  /// Another writer whose turn it is.
  [[nodiscard]] UniqueFd holder() const {
    UniqueFd file(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    EXPECT_EQ(::flock(file.get(), LOCK_EX), 0);
    return file;
  }
  [[nodiscard]] bool is_free() const {
    const UniqueFd file(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
    return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
  }
  /// A turn that was given up is given back by a thread.
  [[nodiscard]] bool is_free_soon() const {
    bool free = false;
    for (int look = 0; look < 500 && !free; ++look) {
      std::this_thread::sleep_for(10ms);
      free = is_free();
    }
    return free;
  }

  testing::TemporaryFolder folder_;
  std::string path_ = folder_.path() + "/lock";
};

TEST_F(WriteQueueTest, OneAtATime) {
  WriteQueue queue(path_);
  ASSERT_TRUE(queue.enter(1s).ok());
  EXPECT_FALSE(is_free());
  queue.leave();
  EXPECT_TRUE(is_free());
}

TEST_F(WriteQueueTest, WaitsUntilTheTurnComes) {
  UniqueFd other = holder();
  WriteQueue queue(path_);
  std::thread releasing([&] {
    std::this_thread::sleep_for(100ms);
    other.reset();
  });
  EXPECT_TRUE(queue.enter(30s).ok());
  releasing.join();
  EXPECT_FALSE(is_free());
  queue.leave();
}

TEST_F(WriteQueueTest, ATurnThatIsGivenUpHarmsNobody) {
  UniqueFd other = holder();
  WriteQueue queue(path_);
  for (int attempt = 0; attempt < 3; ++attempt) {
    const Status entered = queue.enter(20ms);
    ASSERT_FALSE(entered.ok());
    EXPECT_EQ(entered.error().code, Code::kStorage);
    EXPECT_NE(entered.error().what.find("locked"), std::string::npos);
    EXPECT_FALSE(entered.error().mend.empty());
  }
  other.reset();
  EXPECT_TRUE(is_free_soon()) << "the waiting thread keeps a turn that nobody wants";
  EXPECT_TRUE(queue.enter(30s).ok());
  queue.leave();
  EXPECT_TRUE(is_free());
}

TEST_F(WriteQueueTest, WaitsAnewWhereItsTurnWasGivenBack) {
  UniqueFd other = holder();
  WriteQueue queue(path_);
  ASSERT_FALSE(queue.enter(20ms).ok());
  other.reset();
  ASSERT_TRUE(is_free_soon());
  other = holder();
  std::thread releasing([&] {
    std::this_thread::sleep_for(100ms);
    other.reset();
  });
  const Status entered = queue.enter(30s);
  releasing.join();
  ASSERT_TRUE(entered.ok()) << entered.error().message();
  EXPECT_FALSE(is_free());
  queue.leave();
}

TEST_F(WriteQueueTest, GoesAwayWhileItWaits) {
  UniqueFd other = holder();
  {
    WriteQueue queue(path_);
    EXPECT_FALSE(queue.enter(20ms).ok());
    const WriteQueue moved = std::move(queue);
  }
  other.reset();
  EXPECT_TRUE(is_free_soon());
}

TEST_F(WriteQueueTest, ManyWritersAllHaveTheirTurns) {
  constexpr int kWriters = 4;
  constexpr int kTurns = 300;
  // Guarded by the queue alone, which no sanitizer knows: read and written apart, so that turns at
  // the same time would lose a count.
  std::atomic<int> counted{0};
  std::atomic<int> failures{0};
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&] {
      WriteQueue queue(path_);
      for (int turn = 0; turn < kTurns; ++turn) {
        if (!queue.enter(60s)) {
          ++failures;
          continue;
        }
        counted.store(counted.load() + 1);
        queue.leave();
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(counted, kWriters * kTurns);
}

}  // namespace
}  // namespace hpopt
