#include "exec/held_memory.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"

namespace hpopt {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr std::uint64_t kGibi = std::uint64_t{1} << 30U;

/// A library of the same name and symbols as NVIDIA's, which tells what a file says: lines
/// "device FREE" and, below each, "process PID BYTES".
class PretendedDevices : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::setenv("PRETENDED_NVML", path_.c_str(), 1), 0); }
  void TearDown() override { ::unsetenv("PRETENDED_NVML"); }
  /// When the library is open, which nobody waits for but us.
  static std::vector<Pool> pools_of(HeldMemory& held) {
    auto pools = held.pools();
    for (int waited = 0; pools.size() < 2 && waited < 20000; ++waited) {
      ::usleep(1000);
      pools = held.pools();
    }
    return pools;
  }
  void say(const std::string& text) const { std::ofstream(path_) << text; }

  std::string path_ = testing::fresh_folder() + "/devices";
};

TEST_F(PretendedDevices, TellWhoKeepsWhat) {
  say("device 1000\nprocess 7 300\nprocess 8 200\ndevice 5000\n");
  const auto devices = DeviceMemory::open(HPOPT_PRETENDED_NVML).read();
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].name, "GPU 0");
  EXPECT_EQ(devices[0].free, 1000U);
  EXPECT_THAT(devices[0].used, ElementsAre(Pair(7, 300U), Pair(8, 200U)));
  EXPECT_EQ(devices[1].free, 5000U);
  EXPECT_THAT(devices[1].used, IsEmpty());
}

TEST_F(PretendedDevices, OneThatTellsNothingIsLeftOut) {
  say("device 1000\ndevice 0\nlost\ndevice 5000\n");
  const auto devices = DeviceMemory::open(HPOPT_PRETENDED_NVML).read();
  ASSERT_EQ(devices.size(), 2U) << "what is free there is not known, rather than nothing";
  EXPECT_EQ(devices[1].name, "GPU 2");
}

TEST_F(PretendedDevices, AreNoneWithoutTheLibrary) {
  EXPECT_THAT(DeviceMemory::open("libhpopt-has-no-such-library.so").read(), IsEmpty());
  EXPECT_THAT(DeviceMemory::open("libm.so.6").read(), IsEmpty()) << "nor in another library";
}

TEST_F(PretendedDevices, HalfOfWhatWouldBeFreeMayBeKept) {
  HeldMemory held(HPOPT_PRETENDED_NVML);
  const pid_t own = ::getpid();
  say("device " + std::to_string(4 * kGibi) + "\nprocess " + std::to_string(own) + " " +
      std::to_string(2 * kGibi) + "\ndevice 5000\n");
  EXPECT_THAT(held.pools(), IsEmpty()) << "nobody keeps anything";
  held.measure(1, {own});
  held.measure(2, {});
  const auto pools = pools_of(held);
  ASSERT_EQ(pools.size(), 2U) << "a device on which nobody keeps anything is not named";
  EXPECT_EQ(pools[0].name, "memory");
  EXPECT_GT(pools[0].kept.at(1), 0U);
  EXPECT_GT(pools[0].limit, pools[0].kept.at(1));
  EXPECT_EQ(pools[1].name, "the memory of GPU 0");
  EXPECT_THAT(pools[1].kept, ElementsAre(Pair(1, 2 * kGibi)));
  EXPECT_EQ(pools[1].limit, 3 * kGibi);
}

TEST_F(PretendedDevices, WhoWasToldToGoKeepsNothingAndItsMemoryIsAsGoodAsFree) {
  HeldMemory held(HPOPT_PRETENDED_NVML);
  const pid_t own = ::getpid();
  say("device " + std::to_string(4 * kGibi) + "\nprocess " + std::to_string(own) + " " +
      std::to_string(2 * kGibi) + "\n");
  held.measure(1, {own});
  held.measure(2, {own});
  held.expect(1);
  const auto pools = pools_of(held);
  EXPECT_THAT(pools.at(1).kept, ElementsAre(Pair(2, 2 * kGibi)));
  EXPECT_EQ(pools.at(1).limit, 4 * kGibi);
  held.forget(1);
  EXPECT_EQ(pools_of(held).at(1).limit, 3 * kGibi);
}

}  // namespace
}  // namespace hpopt
