#include "study/record.h"

#include <gtest/gtest.h>

#include "study/testing.h"

namespace hpopt {
namespace {

TEST(Record, NumbersKindsForGood) {
  EXPECT_EQ(kind_number(Created{}), 1);
  EXPECT_EQ(kind_number(SessionOpened{}), 2);
  EXPECT_EQ(kind_number(SessionClosed{}), 3);
  EXPECT_EQ(kind_number(Suggested{}), 4);
  EXPECT_EQ(kind_number(Started{}), 5);
  EXPECT_EQ(kind_number(Reported{}), 6);
  EXPECT_EQ(kind_number(MetricNamed{}), 7);
  EXPECT_EQ(kind_number(Paused{}), 8);
  EXPECT_EQ(kind_number(Ended{}), 9);
  EXPECT_EQ(kind_number(Grown{}), 10);
  EXPECT_EQ(kind_number(Assigned{}), 11);
  EXPECT_EQ(kind_number(Extended{}), 12);
  EXPECT_EQ(kind_number(Requested{}), 13);
  EXPECT_EQ(kind_number(Planned{}), 14);
  EXPECT_EQ(kind_number(StudyEnded{}), 15);
  EXPECT_EQ(kind_number(Noted{}), 16);
  EXPECT_EQ(kind_number(LengthLearnt{}), 17);
  EXPECT_EQ(kind_number(CheckpointRemoved{}), 18);
  EXPECT_EQ(kind_number(Inherited{}), 19);
  EXPECT_EQ(kind_number(Moved{}), 20);
  EXPECT_EQ(kind_number(Capped{}), 21);
  EXPECT_EQ(kind_number(Fitted{}), 22);
}

TEST(Record, RefusesWhatItDoesNotKnow) {
  Payload payload;
  for (const int kind : {-1, 0, 6, static_cast<int>(std::variant_size_v<Payload>) + 1}) {
    Record record;
    record.kind = kind;
    EXPECT_FALSE(from_record(std::move(record), payload).ok()) << kind;
  }
  for (const Payload& known : {Payload(Created{}), Payload(SessionOpened{}), Payload(Suggested{}),
                               Payload(Assigned{}), Payload(Inherited{})}) {
    Record record = to_record(known);
    record.body = "{\"half\":";
    const Status read = from_record(std::move(record), payload);
    ASSERT_FALSE(read.ok()) << kind_name(known);
    EXPECT_EQ(read.error().code, Code::kStorage);
  }
}

}  // namespace
}  // namespace hpopt
