#include "exec/trial_log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/testing.h"

namespace hpopt {
namespace {

class TrialLogTest : public ::testing::Test {
 protected:
  TrialLogTest() { path_ = testing::fresh_folder() + "/log"; }
  /// The last lines of a log that was given these bytes.
  [[nodiscard]] std::string last_lines_of(std::string_view bytes) const {
    auto log = TrialLog::open(path_).value();
    LineSplitter splitter;
    const auto add = [&](const Record& record) { log.add(record); };
    splitter.feed(bytes, add);
    splitter.finish(add);
    log.flush();
    return log.last_lines(12);
  }

  std::string path_;
};

TEST_F(TrialLogTest, KeepsTheIndentationOfATraceback) {
  EXPECT_EQ(last_lines_of("Traceback:\n  File \"t.py\"\n    x = 1  \r\n   \nError\n"),
            "Traceback:\n  File \"t.py\"\n    x = 1\nError");
}

TEST_F(TrialLogTest, CutsLongLinesBetweenCharacters) {
  std::string line = "x";
  for (int i = 0; i < 400; ++i) line += "\xE2\x82\xAC";  // the sign of the euro
  const std::string kept = last_lines_of(line + "\n");
  EXPECT_EQ(kept.size(), 400U);
  EXPECT_EQ(clean_text(kept), kept);
  EXPECT_EQ(last_lines_of("caf\xE9\n"), "caf\xEF\xBF\xBD");
}

TEST_F(TrialLogTest, TakesThePlaceOfWhatIsNoPlainFile) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(last_lines_of("one\n"), "one");
  EXPECT_EQ(read_file(path_).value(), "one\n");
  const std::string elsewhere = path_ + ".target";
  ASSERT_TRUE(write_file_atomic(elsewhere, "mine").ok());
  ASSERT_EQ(::unlink(path_.c_str()), 0);
  ASSERT_EQ(::symlink(elsewhere.c_str(), path_.c_str()), 0);
  EXPECT_EQ(last_lines_of("two\n"), "two");
  EXPECT_EQ(read_file(path_).value(), "two\n");
  EXPECT_EQ(read_file(elsewhere).value(), "mine");
}

TEST_F(TrialLogTest, KeepsTheStartAndTheEndOfALogWithoutEnd) {
  constexpr std::size_t kLines = 9 * TrialLog::kFull / 100;
  {
    auto log = TrialLog::open(path_).value();
    LineSplitter splitter;
    const auto add = [&](const Record& record) { log.add(record); };
    for (std::size_t i = 0; i < kLines; ++i) {
      splitter.feed(fmt::format("{:099}\n", i), add);
      if (i % 100 == 0) log.flush();
    }
    log.flush();
  }
  const std::string head = read_file(path_ + ".head").value();
  const std::string before = read_file(path_ + ".1").value();
  const std::string newest = read_file(path_).value();
  const std::size_t limit = TrialLog::kFull + 100 * 100 + 200;
  EXPECT_TRUE(head.starts_with(std::string(99, '0') + "\n"));
  EXPECT_TRUE(newest.starts_with("[hpopt: what came before this is in log.1 and"));
  const std::string last = (before + newest).substr((before + newest).size() - 100);
  EXPECT_EQ(last, fmt::format("{:099}\n", kLines - 1));
  EXPECT_GE(before.size() + newest.size(), TrialLog::kFull);
  for (const std::string* part : {&head, &before, &newest}) EXPECT_LE(part->size(), limit);
  auto again = TrialLog::open(path_).value();  // another run goes on there
  EXPECT_EQ(read_file(path_).value(), newest);
}

}  // namespace
}  // namespace hpopt
