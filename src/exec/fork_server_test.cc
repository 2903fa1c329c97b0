#include "exec/fork_server.h"

#include <atomic>
#include <csignal>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exec/containment_fixture.h"
#include "exec/descendants.h"
#include "exec/worker_pool.h"

namespace hpopt {
namespace {

/// Forks workers that echo, unless its first argument says otherwise.
constexpr const char* kProgram = R"py(
import json, os, select, socket, sys, time

mode, folder = sys.argv[1:]
with open(folder + "/loaded", "a") as file:
    file.write(f"{os.getpid()}\n")
if mode == "dies":
    sys.exit(7)
if mode == "hangs":
    time.sleep(300)
ballast = b"x" * (200 << 20) if mode == "heavy" else b""
connection = socket.socket(fileno=os.dup(0))
children = {}  # by pidfd
poll = select.poll()
poll.register(connection, select.POLLIN)


def say(message, *descriptors):
    socket.send_fds(connection, [json.dumps(message).encode() + b"\n"], descriptors)


def bury(pidfd):
    child, mark = children.pop(pidfd)
    poll.unregister(pidfd)
    os.close(pidfd)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    say({"ended": [mark, code if code >= 0 else 128 - code]})


def echo(stream):
    for line in iter(stream.readline, "\n"):
        if not line:
            sys.exit(0)
        if line == "die\n":
            os._exit(3)
        if line == "litter\n" and os.fork() == 0:
            os.setsid()
            time.sleep(300)
        stream.write(line)
        stream.flush()


def stream_of(socket):
    return socket.makefile("rw", encoding="utf-8", newline="\n")


def fork(mark, descriptor):
    child = os.fork()
    if child == 0:
        os.setsid()
        connection.close()
        os.environ["HPOPT_WORKER"] = mark
        echo(stream_of(socket.socket(fileno=descriptor)))
    os.close(descriptor)
    pidfd = os.pidfd_open(child)
    children[pidfd] = (child, mark)
    poll.register(pidfd, select.POLLIN)
    say({"forked": mark}, pidfd)


def bury_at_birth(mark):
    child = os.fork()
    if child == 0:
        os._exit(9)
    pidfd = os.pidfd_open(child)
    os.waitpid(child, 0)
    say({"forked": mark}, pidfd)
    os.close(pidfd)
    say({"ended": [mark, 9]})


refusals = 0
listening = True
while listening or children:
    for ready, _ in poll.poll():
        if ready in children:
            bury(ready)
            continue
        line, descriptors, *_ = socket.recv_fds(connection, 4096, 1)
        if not line:
            listening = False
            poll.unregister(connection)
        elif mode == "declines":
            say({"evaluates": "threads run"})
            echo(stream_of(connection))
        elif mode == "refuses" and len(children) == 1 and refusals < 3:
            refusals += 1
            say({"refused": [json.loads(line)["fork"], "a fork failed"]})
        elif mode == "frail" and len(children) == 1:
            mode = "forks"
            bury_at_birth(json.loads(line)["fork"])
        else:
            fork(json.loads(line)["fork"], descriptors[0])
)py";

class ForkServerTest : public ::testing::TestWithParam<ContainmentKind> {
 protected:
  void SetUp() override {
    if (Status had = is_of_kind(*make_containment(GetParam()), GetParam()); !had) {
      GTEST_SKIP() << had.error().message();
    }
    std::ofstream(folder_ + "/program.py") << kProgram;
  }

  WorkerCommand program(const std::string& mode = "forks") {
    return {.argv = {"python3", folder_ + "/program.py", mode, folder_}, .forks = true};
  }
  /// How often the program was started.
  std::size_t loaded() const {
    std::ifstream file(folder_ + "/loaded");
    return std::set<std::string>(std::istream_iterator<std::string>(file), {}).size();
  }
  Nanos in(int milliseconds) const {
    return clock_.monotonic() + std::chrono::milliseconds(milliseconds);
  }
  bool echoes(WorkerPool& pool, WorkerProcess& worker, const std::string& line = "hello") {
    std::string heard;
    const Nanos until = in(testing::kGenerousMs);
    return worker.say(line, pool.call(), until) == Heard::kLine &&
           worker.hear(heard, pool.call(), until) == Heard::kLine && heard == line;
  }

  const std::string folder_ = testing::fresh_folder();
  SystemClock clock_;
};

TEST_P(ForkServerTest, WhatItHasLoadedIsLoadedOnce) {
  WorkerPool pool(program(), GetParam());
  std::set<pid_t> leaders;
  for (const TrialId trial : {1U, 2U, 3U}) {
    auto taken = pool.take(trial).value();
    EXPECT_TRUE(taken.is_new);
    EXPECT_TRUE(echoes(pool, *taken.worker));
    leaders.insert(taken.worker->leader());
  }
  EXPECT_EQ(leaders.size(), 3U);
  EXPECT_EQ(loaded(), 1U);
}

TEST_P(ForkServerTest, ManyAskAtOnce) {
  WorkerPool pool(program(), GetParam());
  std::vector<std::jthread> askers;
  std::atomic<int> echoed = 0;
  for (TrialId trial = 1; trial <= 8; ++trial) {
    askers.emplace_back([&, trial] {
      auto taken = pool.take(trial).value();
      echoed += echoes(pool, *taken.worker) ? 1 : 0;
      pool.discard(trial, std::move(taken.worker));
    });
  }
  askers.clear();
  EXPECT_EQ(echoed, 8);
  EXPECT_EQ(loaded(), 1U);
}

TEST_P(ForkServerTest, ItTellsHowAWorkerEnded) {
  WorkerPool pool(program(), GetParam());
  auto dies = pool.take(1).value();
  auto killed = pool.take(2).value();
  EXPECT_FALSE(dies.worker->exit_code().has_value());
  EXPECT_FALSE(echoes(pool, *dies.worker, "die"));
  EXPECT_TRUE(testing::eventually([&] { return dies.worker->exit_code() == 3; }));
  ::kill(killed.worker->leader(), SIGKILL);
  EXPECT_TRUE(testing::eventually([&] { return killed.worker->exit_code() == 128 + SIGKILL; }));
  pool.discard(1, std::move(dies.worker));
  pool.discard(2, std::move(killed.worker));
}

TEST_P(ForkServerTest, AWorkerThatIsDiscardedIsGoneWithAllThatItStartedAndNoOther) {
  WorkerPool pool(program(), GetParam());
  auto goes = pool.take(1).value();
  auto stays = pool.take(2).value();
  ASSERT_TRUE(echoes(pool, *goes.worker, "litter"));
  const std::vector<pid_t> members = goes.worker->members();
  EXPECT_EQ(members.size(), 2U);
  pool.discard(1, std::move(goes.worker));
  for (const pid_t member : members) {
    EXPECT_TRUE(testing::eventually([&] { return ::kill(member, 0) != 0; })) << member;
  }
  EXPECT_TRUE(echoes(pool, *stays.worker));
}

TEST_P(ForkServerTest, OneThatDeclinesIsAWorkerAndSoAreOthers) {
  WorkerPool pool(program("declines"), GetParam());
  auto first = pool.take(1).value();
  EXPECT_TRUE(echoes(pool, *first.worker));
  EXPECT_EQ(loaded(), 1U);
  auto second = pool.take(2).value();
  EXPECT_NE(second.worker->leader(), first.worker->leader());
  EXPECT_TRUE(testing::eventually([&] { return loaded() == 2; }));
}

TEST_P(ForkServerTest, OneThatEndsWhileItLoadsTellsItAsAWorker) {
  WorkerPool pool(program("dies"), GetParam());
  auto taken = pool.take(1).value();
  EXPECT_FALSE(echoes(pool, *taken.worker));
  EXPECT_TRUE(testing::eventually([&] { return taken.worker->exit_code() == 7; }));
  pool.discard(1, std::move(taken.worker));
  EXPECT_TRUE(pool.take(2).ok()) << "another is tried";
  EXPECT_EQ(loaded(), 2U);
}

TEST_P(ForkServerTest, WhereItIsKilledItsWorkersGoOnAndAnotherTakesItsPlace) {
  WorkerPool pool(program(), GetParam());
  auto first = pool.take(1).value();
  const auto server = read_process(first.worker->leader())->parent;
  ::kill(server, SIGKILL);
  auto second = pool.take(2).value();
  EXPECT_TRUE(echoes(pool, *second.worker));
  EXPECT_TRUE(echoes(pool, *first.worker));
  EXPECT_EQ(loaded(), 2U);
  EXPECT_FALSE(echoes(pool, *first.worker, "die"));
  EXPECT_TRUE(testing::eventually([&] { return first.worker->exit_code().has_value(); }))
      << "though nobody can tell how";
}

TEST_P(ForkServerTest, WhereAForkFailsTheNextMaySucceed) {
  WorkerPool pool(program("refuses"), GetParam());
  auto first = pool.take(1).value();
  const auto refused = pool.take(2);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_THAT(refused.error().message(), ::testing::HasSubstr("a fork failed"));
  auto third = pool.take(3).value();
  EXPECT_TRUE(echoes(pool, *first.worker));
  EXPECT_TRUE(echoes(pool, *third.worker));
  EXPECT_EQ(loaded(), 1U);
}

TEST_P(ForkServerTest, OneThatDiesAtOnceIsReplacedWithoutLoadingAgain) {
  WorkerPool pool(program("frail"), GetParam());
  auto first = pool.take(1).value();
  auto second = pool.take(2).value();
  EXPECT_TRUE(echoes(pool, *first.worker));
  EXPECT_TRUE(echoes(pool, *second.worker));
  EXPECT_EQ(loaded(), 1U);
}

TEST_P(ForkServerTest, WhatWorkersShareIsCountedOnce) {
  constexpr std::uint64_t kBallast = std::uint64_t{200} << 20U;
  WorkerPool pool(program("heavy"), GetParam());
  const std::set<TrialId> held{1, 2, 3};
  for (const TrialId trial : held) {
    auto taken = pool.take(trial).value();
    ASSERT_TRUE(echoes(pool, *taken.worker));
  }
  const std::vector<Pool> pools = pool.held_memory(held, {});
  ASSERT_FALSE(pools.empty());
  std::uint64_t kept = 0;
  for (const auto& [trial, bytes] : pools.front().kept) kept += bytes;
  EXPECT_EQ(pools.front().kept.size(), held.size());
  EXPECT_GT(kept, kBallast / 2) << "three of four that share it";
  EXPECT_LT(kept, kBallast * 3 / 2);
}

TEST_P(ForkServerTest, TheEndDoesNotWaitForItToLoad) {
  WorkerPool pool(program("hangs"), GetParam());
  std::jthread ender([&] {
    EXPECT_TRUE(testing::eventually([&] { return loaded() == 1; }));
    pool.end(in(0), in(1000));
  });
  EXPECT_FALSE(pool.take(1).ok());
}

TEST_P(ForkServerTest, TheIdleExitInTime) {
  WorkerPool pool(program(), GetParam());
  auto taken = pool.take(1).value();
  ASSERT_TRUE(echoes(pool, *taken.worker));
  const auto worker = taken.worker;
  pool.give_back(1, std::move(taken.worker));
  pool.end(in(testing::kGenerousMs), in(testing::kGenerousMs));
  EXPECT_EQ(worker->exit_code(), 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ForkServerTest,
                         ::testing::Values(ContainmentKind::kAuto, ContainmentKind::kNamespace,
                                           ContainmentKind::kSweeps),
                         testing::kind_name);

}  // namespace
}  // namespace hpopt
