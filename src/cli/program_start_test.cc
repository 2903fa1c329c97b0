#include "cli/program_start.h"

#include <gtest/gtest.h>

namespace hpopt {
namespace {

TEST(ProgramStart, IsBeforeMainAndNotLongAgo) {
  const SystemClock clock;
  const Nanos before = clock.monotonic();
  const Nanos began = program_began(clock);
  EXPECT_LT(began, before);
  EXPECT_GE(began, before - std::chrono::milliseconds(300))
      << "however long this process has lived";
}

}  // namespace
}  // namespace hpopt
