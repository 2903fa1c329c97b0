#include "study/lease_keeper.h"

#include <gtest/gtest.h>

#include "storage/memory_store.h"
#include "study/testing.h"

namespace hpopt {
namespace {

constexpr Nanos kTtl = std::chrono::seconds(5);
/// A process of another machine: nobody here can tell whether it lives.
constexpr std::string_view kElsewhere = "elsewhere/boot/1/2";

class LeaseKeeperTest : public ::testing::Test {
 protected:
  LeaseKeeperTest() : store_(make_memory_store()) {
    journal_ = store_->open(store_->create(testing::created(), {}).value()).value();
  }
  Result<Epoch> try_take() { return keeper_.try_take(*journal_, kRunner, clock_, kTtl); }

  std::unique_ptr<Store> store_;
  std::unique_ptr<Journal> journal_;
  ManualClock clock_;
  LeaseKeeper keeper_;
};

TEST_F(LeaseKeeperTest, TakesWhatIsFree) {
  EXPECT_EQ(try_take().value(), 1U);
  EXPECT_FALSE(keeper_.took_over());
  EXPECT_EQ(journal_->lease(kRunner).value().holder, holder_id());
  EXPECT_EQ(try_take().error().code, Code::kBusy) << "this process holds it";
  ASSERT_TRUE(journal_->release(kRunner, 1).ok());
  EXPECT_EQ(try_take().value(), 2U);
}

TEST_F(LeaseKeeperTest, WaitsUntilABeatStandsStillOnItsOwnClock) {
  ASSERT_TRUE(journal_->take(kRunner, {}, kElsewhere).ok());
  EXPECT_EQ(try_take().error().code, Code::kBusy);
  clock_.advance(kTtl - Nanos(1));
  EXPECT_EQ(try_take().error().code, Code::kBusy);
  ASSERT_TRUE(journal_->beat(kRunner, 1, Nanos(0)).ok());
  clock_.advance(Nanos(1));
  EXPECT_EQ(try_take().error().code, Code::kBusy) << "it beat in between";
  clock_.advance(kTtl);
  EXPECT_EQ(try_take().value(), 2U);
  EXPECT_TRUE(keeper_.took_over());
}

TEST_F(LeaseKeeperTest, ANewHolderIsObservedAnew) {
  ASSERT_TRUE(journal_->take(kRunner, {}, kElsewhere).ok());
  EXPECT_FALSE(try_take().ok());
  clock_.advance(kTtl);
  ASSERT_TRUE(journal_->take(kRunner, journal_->lease(kRunner).value(), "other/boot/1/2").ok());
  EXPECT_EQ(try_take().error().code, Code::kBusy);
}

TEST_F(LeaseKeeperTest, AHeldLeaseIsGivenBack) {
  {
    auto lease = HeldLease::take(*journal_, kDecider);
    ASSERT_TRUE(lease.ok());
    EXPECT_EQ(lease->epoch(), 1U);
    EXPECT_FALSE(lease->took_over());
    HeldLease moved = std::move(*lease);
    EXPECT_EQ(journal_->lease(kDecider).value().holder, holder_id());
    EXPECT_EQ(HeldLease::take(*journal_, kDecider).error().code, Code::kBusy);
  }
  EXPECT_EQ(journal_->lease(kDecider).value().holder, "");
  EXPECT_EQ(HeldLease::take(*journal_, kDecider)->epoch(), 2U);
}

TEST_F(LeaseKeeperTest, ALeaseOfTheDeadIsTakenOver) {
  const std::string own = holder_id();
  const std::string earlier = own.substr(0, own.rfind('/')) + "/1";
  ASSERT_TRUE(journal_->take(kRunner, {}, earlier).ok());
  auto lease = HeldLease::take(*journal_, kRunner);
  ASSERT_TRUE(lease.ok());
  EXPECT_TRUE(lease->took_over());
}

TEST(Holder, KnowsItselfAndNothingOfOthers) {
  EXPECT_TRUE(is_holder_alive(holder_id()));
  EXPECT_FALSE(is_holder_dead(holder_id()));
  for (const std::string holder : {"elsewhere/boot/1/2", "", "nonsense", "a/b/c/d/e"}) {
    EXPECT_FALSE(is_holder_alive(holder)) << holder;
    EXPECT_FALSE(is_holder_dead(holder)) << holder;
  }
  EXPECT_EQ(holder_process("alpha/boot/4711/9"), "4711 on alpha");
}

TEST(Holder, ARebootEndsAllProcessesOfItsHost) {
  std::string before = holder_id();
  before.replace(before.find('/') + 1, 4, "dead");  // another boot
  EXPECT_TRUE(is_holder_dead(before));
}

TEST(Holder, OfAnotherContainerNothingIsKnown) {
  std::string other = holder_id();
  const std::size_t pid = other.rfind('/', other.rfind('/') - 1);
  other.insert(pid, "0");  // another PID namespace
  EXPECT_FALSE(is_holder_dead(other));
  EXPECT_FALSE(is_holder_alive(other));
}

TEST(Holder, TellsAProcessFromALaterOneWithItsNumber) {
  const std::string own = holder_id();
  const std::string earlier = own.substr(0, own.rfind('/')) + "/1";
  EXPECT_TRUE(is_holder_dead(earlier));
}

}  // namespace
}  // namespace hpopt
