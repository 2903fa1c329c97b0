#include "cli/sizes.h"

#include <gtest/gtest.h>

namespace hpopt {
namespace {

TEST(Sizes, AreReadable) {
  EXPECT_EQ(human_bytes(0), "0 bytes");
  EXPECT_EQ(human_bytes(1023), "1023 bytes");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_bytes(std::uintmax_t{5} << 40), "5.0 TiB");
  EXPECT_EQ(human_bytes(std::uintmax_t{5} << 50), "5120.0 TiB");
}

}  // namespace
}  // namespace hpopt
