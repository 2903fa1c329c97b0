#include "exec/worker_pool.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "exec/containment_fixture.h"

namespace hpopt {
namespace {

constexpr const char* kEcho =
    "while read -r line; do case $line in "
    "die) exit 3;; "
    "close) exec 0</dev/null; sleep 300;; "
    "litter) setsid sh -c 'trap \"\" TERM INT HUP; sleep 300' & echo done >&0;; "
    "*) echo \"$line\" >&0;; esac; done";

class WorkerPoolTest : public ::testing::TestWithParam<ContainmentKind> {
 protected:
  void SetUp() override {
    if (Status had = is_of_kind(*make_containment(GetParam()), GetParam()); !had) {
      GTEST_SKIP() << had.error().message();
    }
  }

  static WorkerCommand echo() { return {.argv = {"sh", "-c", kEcho}}; }
  Nanos in(int milliseconds) const {
    return clock_.monotonic() + std::chrono::milliseconds(milliseconds);
  }
  /// What it answers, or how the wait for that ended.
  Heard converse(WorkerPool& pool, WorkerProcess& worker, const std::string& line) {
    const Heard said = worker.say(line, pool.call(), in(testing::kGenerousMs));
    return said == Heard::kLine ? worker.hear(heard_, pool.call(), in(testing::kGenerousMs)) : said;
  }

  SystemClock clock_;
  std::string heard_;
};

TEST_P(WorkerPoolTest, SpeaksWithWorkersAndUsesThemAgain) {
  WorkerPool pool(echo(), GetParam());
  auto first = pool.take(1).value();
  EXPECT_TRUE(first.is_new);
  EXPECT_EQ(converse(pool, *first.worker, "hello"), Heard::kLine);
  EXPECT_EQ(heard_, "hello");
  const std::string whole(500'000, 'x');
  EXPECT_EQ(converse(pool, *first.worker, whole), Heard::kLine);
  EXPECT_EQ(heard_, whole);
  const pid_t process = first.worker->leader();
  pool.give_back(1, std::move(first.worker));
  auto again = pool.take(2).value();
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.worker->leader(), process);
  EXPECT_TRUE(pool.take(3).value().is_new);
}

TEST_P(WorkerPoolTest, WhereMemoryIsShortTheyAreKilledBeforeUs) {
  const auto weight = [](const std::string& process) {
    int adjusted = 0;
    std::ifstream("/proc/" + process + "/oom_score_adj") >> adjusted;
    return adjusted;
  };
  WorkerPool pool(echo(), GetParam());
  const auto taken = pool.take(1).value();
  EXPECT_GT(weight(std::to_string(taken.worker->leader())), weight("self"));
}

TEST_P(WorkerPoolTest, NoticesAnEnd) {
  WorkerPool pool(echo(), GetParam());
  auto taken = pool.take(1).value();
  EXPECT_EQ(converse(pool, *taken.worker, "die"), Heard::kEnded);
  EXPECT_TRUE(testing::eventually([&] { return taken.worker->exit_code() == 3; }));
  pool.discard(1, std::move(taken.worker));
  auto other = pool.take(2).value();
  EXPECT_TRUE(other.is_new);
  EXPECT_EQ(converse(pool, *other.worker, "close"), Heard::kEnded);
  EXPECT_FALSE(other.worker->exit_code().has_value());
  pool.discard(2, std::move(other.worker));
}

TEST_P(WorkerPoolTest, TakesNoneThatHasEndedMeanwhile) {
  WorkerPool pool(echo(), GetParam());
  auto taken = pool.take(1).value();
  const pid_t process = taken.worker->leader();
  pool.give_back(1, taken.worker);
  ::kill(process, SIGKILL);
  ASSERT_TRUE(testing::eventually([&] { return !taken.worker->is_ready(); }));
  EXPECT_TRUE(pool.take(2).value().is_new);
}

TEST_P(WorkerPoolTest, WhatIsDiscardedIsGoneWithAllThatItStarted) {
  WorkerPool pool(echo(), GetParam());
  auto taken = pool.take(1).value();
  ASSERT_EQ(converse(pool, *taken.worker, "litter"), Heard::kLine);
  const std::vector<pid_t> members = taken.worker->members();
  EXPECT_GT(members.size(), 1U);
  pool.discard(1, std::move(taken.worker));
  for (const pid_t member : members) EXPECT_NE(::kill(member, 0), 0) << member;
}

TEST_P(WorkerPoolTest, TheEndCallsWhoWaits) {
  WorkerPool pool(echo(), GetParam());
  auto taken = pool.take(1).value();
  std::jthread ender([&] { pool.end(in(0), in(1000)); });
  EXPECT_EQ(taken.worker->hear(heard_, pool.call(), in(testing::kGenerousMs)), Heard::kCalled);
  EXPECT_TRUE(testing::eventually([&] { return taken.worker->exit_code().has_value(); }));
  EXPECT_FALSE(pool.take(2).ok());
}

TEST_P(WorkerPoolTest, MeasuresThoseThatWait) {
  WorkerPool pool(echo(), GetParam());
  auto taken = pool.take(1).value();
  ASSERT_EQ(converse(pool, *taken.worker, "up"), Heard::kLine);
  const auto kept = [&](const std::set<TrialId>& held, const std::set<TrialId>& leaving) {
    std::vector<Pool> pools = pool.held_memory(held, leaving);
    return pools.empty() ? std::uint64_t{0} : pools.front().kept[1];
  };
  EXPECT_GT(kept({1}, {}), 0U);
  EXPECT_EQ(kept({}, {1}), 0U) << "it is about to be free";
  EXPECT_EQ(kept({}, {}), 0U);
  EXPECT_EQ(kept({2}, {}), 0U) << "no worker has that trial";
}

/// Workers have our standard output: its end is the end of all of them.
TEST_P(WorkerPoolTest, AllDieWithAProgramThatIsKilled) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd out(ends[0]);
  UniqueFd in(ends[1]);
  const pid_t program = ::fork();
  if (program == 0) {
    ::dup2(in.get(), STDOUT_FILENO);
    WorkerPool pool({.argv = {"sh", "-c", "setsid sleep 300 & echo up; sleep 300"}}, GetParam());
    (void)pool.take(1);
    (void)pool.take(2);
    for (;;) ::pause();
  }
  in.reset();
  std::array<char, 64> said{};
  ASSERT_GT(::read(out.get(), said.data(), 3), 0);
  ::kill(program, SIGKILL);
  testing::reap(program);
  bool gone = false;
  for (pollfd readable{out.get(), POLLIN, 0};
       !gone && ::poll(&readable, 1, testing::kGenerousMs) > 0;) {
    gone = ::read(out.get(), said.data(), said.size()) <= 0;
  }
  EXPECT_TRUE(gone);
}

INSTANTIATE_TEST_SUITE_P(Kinds, WorkerPoolTest,
                         ::testing::Values(ContainmentKind::kAuto, ContainmentKind::kNamespace,
                                           ContainmentKind::kSweeps),
                         testing::kind_name);

}  // namespace
}  // namespace hpopt
