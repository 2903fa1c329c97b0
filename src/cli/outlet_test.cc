#include "cli/outlet.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include <gtest/gtest.h>

#include "base/unique_fd.h"

namespace hpopt {
namespace {

class OutletTest : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    reader_ = UniqueFd(ends[0]);
    writer_ = UniqueFd(ends[1]);
    ASSERT_EQ(fcntl(reader_.get(), F_SETFL, O_NONBLOCK), 0);
  }

  /// All that is in the pipe.
  std::string read_all() {
    std::string text;
    std::array<char, 4096> piece{};
    for (;;) {
      const ssize_t size = read(reader_.get(), piece.data(), piece.size());
      if (size <= 0) return text;
      text.append(piece.data(), static_cast<std::size_t>(size));
    }
  }

  UniqueFd reader_;
  UniqueFd writer_;
};

// Once a pipe that nobody read held the run past its deadline.
TEST_F(OutletTest, DropsWholeLinesWhenNobodyReads) {
  Outlet outlet(writer_.get());
  const std::string line = std::string(9'999, 'x') + "\n";
  int taken = 0;
  while (outlet.offer(line)) ++taken;
  EXPECT_GT(taken, 1);
  EXPECT_FALSE(outlet.offer(line));
  outlet.deliver("the answer\n", std::chrono::milliseconds(1));

  std::string text = read_all();
  outlet.deliver("", std::chrono::milliseconds(1));
  text += read_all();
  std::string expected;
  for (int i = 0; i < taken; ++i) expected += line;
  EXPECT_EQ(text, expected + "the answer\n") << "no line is cut by what was dropped";
  EXPECT_EQ(fcntl(writer_.get(), F_GETFL) & O_NONBLOCK, 0) << "others share the descriptor";
}

TEST_F(OutletTest, ForgetsAPlaceThatIsGone) {
  constexpr int kNeverOpened = 1'000'000;
  Outlet outlet(kNeverOpened);
  EXPECT_TRUE(outlet.offer("nobody hears this\n"));
  EXPECT_TRUE(outlet.offer("nor this\n"));
}

}  // namespace
}  // namespace hpopt
