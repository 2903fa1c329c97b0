#include "exec/file_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/testing.h"

namespace hpopt {
namespace {

class FileSourceTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
  void write(const std::string& name, const std::string& text, bool append = true) const {
    std::ofstream(path(name), append ? std::ios::app : std::ios::trunc) << text;
  }
  [[nodiscard]] static MetricParser parser() {
    Objective objective;
    objective.name = "acc";
    return MetricParser::create({objective}).value();
  }
  static std::vector<Reading> read(FileSource& source) {
    std::vector<Reading> readings;
    for (const Understood& understood : source.read()) {
      readings.insert(readings.end(), understood.readings.begin(), understood.readings.end());
    }
    return readings;
  }

  const std::string folder_ = testing::fresh_folder();
};

TEST_F(FileSourceTest, JsonLinesAsTheyCome) {
  FileSource source(path("log.jsonl"), parser());
  EXPECT_TRUE(read(source).empty());
  write("log.jsonl", "{\"epoch\": 1, \"acc\": 0.5}\n{\"epoch\": 2, \"acc\"");
  auto readings = read(source);
  ASSERT_EQ(readings.size(), 1U);
  EXPECT_EQ(readings[0].name, "acc");
  EXPECT_EQ(readings[0].value, 0.5);
  EXPECT_EQ(readings[0].step, 1.0);
  write("log.jsonl", ": 0.6}\n");
  readings = read(source);
  ASSERT_EQ(readings.size(), 1U);
  EXPECT_EQ(readings[0].step, 2.0);
}

TEST_F(FileSourceTest, CsvByItsHead) {
  FileSource source(path("log.csv"), parser());
  write("log.csv", "epoch,\"acc\",note\r\n1,0.5,first\r\n2,,second\r\n3,nan,third\r\n");
  const auto readings = read(source);
  ASSERT_EQ(readings.size(), 2U);
  EXPECT_EQ(readings[0].name, "acc");
  EXPECT_EQ(readings[0].value, 0.5);
  EXPECT_EQ(readings[1].step, 3.0);
}

TEST_F(FileSourceTest, OldRowsAreNotReadAgain) {
  write("log.csv", "step,acc\n1,0.1\n");
  FileSource source(path("log.csv"), parser());
  write("log.csv", "2,0.2\n");
  const auto readings = read(source);
  ASSERT_EQ(readings.size(), 1U);
  EXPECT_EQ(readings[0].value, 0.2);
}

TEST_F(FileSourceTest, ARewrittenFileIsReadFromItsStart) {
  write("log.jsonl", "{\"acc\": 0.1}\n");
  FileSource source(path("log.jsonl"), parser());
  write("log.jsonl", "{\"acc\": 0.2}\n{\"acc\": 0.3}\n", false);
  EXPECT_EQ(read(source).size(), 2U);
  ::unlink(path("log.jsonl").c_str());
  EXPECT_TRUE(read(source).empty());
  write("log.jsonl", "{\"acc\": 0.4}\n");
  EXPECT_EQ(read(source).size(), 1U);
}

TEST_F(FileSourceTest, QuotedCellsOfATable) {
  FileSource source(path("log.csv"), parser());
  write("log.csv",
        "note,\"acc\",\"a \"\"b\"\", c\",epoch\n\"x, y\", 0.5 ,\"1\",3\n\"\",\"0.25\",,4\n");
  const auto readings = read(source);
  ASSERT_EQ(readings.size(), 3U);
  EXPECT_EQ(readings[0].value, 0.5);
  EXPECT_EQ(readings[0].step, 3.0);
  EXPECT_EQ(readings[1].name, "a \"b\", c");
  EXPECT_EQ(readings[1].value, 1);
  EXPECT_EQ(readings[2].value, 0.25);
  EXPECT_EQ(readings[2].step, 4.0);
}

TEST_F(FileSourceTest, StepsThatAreNoCountAreDropped) {
  FileSource source(path("log.csv"), parser());
  write("log.csv", "epoch,acc\ninf,0.5\nnan,0.25\n-1,0.75\n");
  const auto readings = read(source);
  ASSERT_EQ(readings.size(), 3U);
  for (const Reading& reading : readings) EXPECT_EQ(reading.step, std::nullopt);
}

TEST_F(FileSourceTest, AFloodIsReadPieceByPiece) {
  FileSource source(path("log.jsonl"), parser());
  std::string flood;
  for (int i = 0; i < 100000; ++i) flood += "{\"acc\": 0.5}\n";
  write("log.jsonl", flood + "{\"acc\": 0.75}\n");
  std::size_t calls = 0;
  std::size_t count = 0;
  double last = 0;
  do {
    const auto readings = read(source);
    EXPECT_LT(readings.size(), 50000U);
    count += readings.size();
    if (!readings.empty()) last = readings.back().value;
  } while (source.behind() && ++calls < 1000);
  EXPECT_EQ(count, 100001U);
  EXPECT_EQ(last, 0.75);
}

TEST_F(FileSourceTest, ALineWithoutEndIsNotKept) {
  FileSource source(path("log.jsonl"), parser());
  write("log.jsonl", "");
  std::filesystem::resize_file(path("log.jsonl"), std::uintmax_t{1} << 21U);  // zeros
  do {
    EXPECT_TRUE(read(source).empty());
  } while (source.behind());
  write("log.jsonl", "\n{\"acc\": 0.5}\n");
  EXPECT_EQ(read(source).size(), 1U);
}

TEST_F(FileSourceTest, APipeIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo(path("log.jsonl").c_str(), 0600), 0);
  FileSource source(path("log.jsonl"), parser());
  EXPECT_TRUE(read(source).empty());
}

}  // namespace
}  // namespace hpopt
