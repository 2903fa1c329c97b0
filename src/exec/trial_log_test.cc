#include "exec/trial_log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

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

}  // namespace
}  // namespace hpopt
