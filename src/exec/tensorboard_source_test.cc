#include "exec/tensorboard_source.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/testing.h"
#include "exec/event_fixture.h"

namespace hpopt {
namespace {

class TensorboardSourceTest : public ::testing::Test {
 protected:
  void write(const std::string& name, std::string_view bytes) const {
    std::ofstream(folder_ + "/" + name, std::ios::app | std::ios::binary) << bytes;
  }
  static std::vector<Reading> read(TensorboardSource& source) {
    std::vector<Reading> readings;
    for (const Understood& understood : source.read()) {
      readings.insert(readings.end(), understood.readings.begin(), understood.readings.end());
    }
    return readings;
  }

  const std::string folder_ = testing::fresh_folder();
  std::string bytes_ = event_fixture();
  std::string first_ = "events.out.tfevents.1.host";
};

TEST_F(TensorboardSourceTest, ScalarsByTagAndStep) {
  TensorboardSource source(folder_);
  write(first_, bytes_);
  const auto readings = read(source);
  ASSERT_EQ(readings.size(), 9U);
  EXPECT_EQ(readings[0].name, "loss");
  EXPECT_EQ(readings[0].value, 1);
  EXPECT_EQ(readings[0].step, 1.0);  // it counts from 0
  EXPECT_EQ(readings[4].step, 3.0);
  EXPECT_EQ(readings[5].name, "val/acc");
  EXPECT_EQ(readings[5].value, 0.75);
  EXPECT_EQ(readings[5].step, 30.0);
  EXPECT_EQ(readings[6].value, 0.75);  // tensors: float_val, tensor_content, double_val
  EXPECT_EQ(readings[7].value, 0.25);
  EXPECT_EQ(readings[8].value, 0.875);
  EXPECT_EQ(readings[8].step, 60.0);
  EXPECT_TRUE(read(source).empty());
}

TEST_F(TensorboardSourceTest, ARecordIsWaitedForUntilItIsWhole) {
  TensorboardSource source(folder_ + "/" + first_);
  std::size_t count = 0;
  for (std::size_t at = 0; at < bytes_.size(); at += 7) {
    write(first_, std::string_view(bytes_).substr(at, 7));
    count += read(source).size();
  }
  EXPECT_EQ(count, 9U);
}

TEST_F(TensorboardSourceTest, OldFilesAreNotToldAndNewOnesAre) {
  write(first_, bytes_);
  TensorboardSource source(folder_);
  EXPECT_TRUE(read(source).empty());
  write("events.out.tfevents.2.host", bytes_);
  write("other", bytes_);
  EXPECT_EQ(read(source).size(), 9U);
}

TEST_F(TensorboardSourceTest, WhatIsNoRecordEndsAFile) {
  TensorboardSource source(folder_);
  write(first_, bytes_ + std::string(100, 'x') + bytes_);
  EXPECT_EQ(read(source).size(), 9U);
  EXPECT_TRUE(read(source).empty());
  std::string flipped = bytes_;
  flipped[flipped.find("val/acc")] = 'w';  // its checksum is wrong: it alone is skipped
  write("events.out.tfevents.2.host", flipped);
  EXPECT_EQ(read(source).size(), 8U);
}

TEST_F(TensorboardSourceTest, NoByteCanHarmIt) {
  for (std::size_t at = 0; at < bytes_.size(); ++at) {
    std::string broken = bytes_;
    broken[at] = static_cast<char>(broken[at] ^ 0x55);
    TensorboardSource source(folder_);
    ::unlink((folder_ + "/" + first_).c_str());
    write(first_, broken);
    EXPECT_LE(read(source).size(), 9U);
  }
}

TEST_F(TensorboardSourceTest, AFloodIsReadPieceByPiece) {
  TensorboardSource source(folder_);
  std::string flood;
  while (flood.size() < (std::size_t{1} << 20U)) flood += bytes_;
  write(first_, flood);
  std::size_t count = 0;
  int calls = 0;
  do {
    count += read(source).size();
  } while (source.behind() && ++calls < 100);
  EXPECT_GE(calls, 3);
  EXPECT_EQ(count, flood.size() / bytes_.size() * 9);
}

}  // namespace
}  // namespace hpopt
