// What is left of trials when their program, its keeper or its shim ends.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "base/files.h"
#include "exec/cgroup.h"
#include "exec/containment_fixture.h"
#include "exec/descendants.h"

namespace hpopt {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): names of the fixture

/// Whether all that hold the other end go.
bool ends(int fd) {
  std::array<char, 256> buffer{};
  for (pollfd readable{fd, POLLIN, 0}; ::poll(&readable, 1, kGenerousMs) > 0;) {
    if (::read(fd, buffer.data(), buffer.size()) <= 0) return true;
  }
  return false;
}

Nanos soon() { return SystemClock().monotonic() + std::chrono::milliseconds(300); }

/// Scripts write to a pipe. Its end is the end of all that hold it, however they hide.
class EndTest : public ContainmentFixture {
 protected:
  void SetUp() override {
    ContainmentFixture::SetUp();
    if (IsSkipped()) return;
    containment_.reset();  // with its thread, which would not be in a fork
    open_pipe();
  }
  void TearDown() override {
    if (program_ > 0) {
      ::kill(program_, SIGKILL);
      reap(program_);
    }
  }

  void open_pipe() {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    out_.reset(ends[0]);
    in_.reset(ends[1]);
  }
  /// A program of its own that contains what `body` starts and then waits.
  void run_program(const std::function<void()>& body) {
    program_ = ::fork();
    if (program_ == 0) {
      containment_ = make_containment(GetParam());
      body();
      in_.reset();
      for (;;) ::pause();
    }
    in_.reset();
  }
  void wait_for(char said) const {
    char got = 0;
    while (got != said) ASSERT_EQ(::read(out_.get(), &got, 1), 1);
  }
  void kill_program() {
    ::kill(program_, SIGKILL);
    reap(program_);
    program_ = 0;
  }
  /// What a script leaves in the background: in its session, in one of its own, and stopped.
  [[nodiscard]] static std::string litter() {
    const std::string naked = GetParam() == ContainmentKind::kSweeps ? "" : "env -i ";
    return "sleep 300 & setsid sleep 300 & (setsid " + naked +
           "sh -c 'echo d; exec sleep 300' &); setsid sh -c 'kill -STOP $$; exit 1' & ";
  }

  UniqueFd out_;
  UniqueFd in_;
  pid_t program_ = 0;
};

TEST_P(EndTest, EverythingDiesWithUs) {
  run_program([&] { start(litter() + "wait", in_.get()); });
  wait_for('d');
  kill_program();
  EXPECT_TRUE(ends(out_.get()));
}

TEST_P(EndTest, WhoIsHeldDiesWithUs) {
  run_program([&] {
    start("setsid sleep 300 & echo d; wait", in_.get());
    ASSERT_TRUE(eventually([&] { return tree().members().size() == 2; }));
    tree().hold();
    start("echo h; sleep 300", in_.get());
  });
  wait_for('h');
  kill_program();
  EXPECT_TRUE(ends(out_.get()));
}

TEST_P(EndTest, WhoMultipliesDiesWithUs) {
  run_program([&] {
    start("i=0; while [ $i -lt 100 ]; do (setsid sleep 300 &); i=$((i+1)); echo d; done; wait",
          in_.get());
  });
  wait_for('d');
  kill_program();
  EXPECT_TRUE(ends(out_.get()));
}

/// Each of them leaves a session of its own to a child and ends: none is there for long.
TEST_P(EndTest, WhoHopsDiesWithUs) {
  run_program([&] {
    start(
        "echo 'test $1 -lt 40 || exec sleep 300; setsid sh hop $(($1+1)) &' >hop; sh hop 0; "
        "echo d; wait",
        in_.get());
  });
  wait_for('d');
  kill_program();
  EXPECT_TRUE(ends(out_.get()));
}

TEST_P(EndTest, TheDeadlineIsKeptWhileWeAreStopped) {
  run_program([&] {
    start(litter() + "trap '' TERM INT HUP; touch up; wait", in_.get());
    in_.reset();
    eventually([&] { return exists(folder_ + "/up"); });
    containment_->set_deadline(soon());
    ::raise(SIGSTOP);
  });
  EXPECT_TRUE(ends(out_.get()));
}

TEST_P(EndTest, NothingIsLeftOfAnOrderlyEnd) {
  run_program([&] {
    const pid_t leader = start(litter() + "wait", in_.get());
    in_.reset();
    eventually([&] { return tree().members().size() >= 4; });
    while (!containment_->kill_all({leader}, Nanos::max())) reap(leader);
    started_.clear();
    containment_.reset();
    ::_exit(0);
  });
  EXPECT_TRUE(ends(out_.get()));
  EXPECT_EQ(reap(std::exchange(program_, 0)), 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, EndTest,
                         ::testing::Values(ContainmentKind::kAuto, ContainmentKind::kCgroup,
                                           ContainmentKind::kNamespace, ContainmentKind::kSweeps),
                         kind_name);

/// The live keepers of a program.
std::vector<pid_t> keepers_of(pid_t program) {
  std::vector<pid_t> keepers = children_of(program);
  std::erase_if(keepers, [](pid_t child) {
    const auto status = read_process(child);
    return !status || !is_live(*status) || status->name != "hpopt-keeper";
  });
  return keepers;
}

/// It has its name a moment after its birth.
pid_t keeper_of(pid_t program) {
  std::vector<pid_t> found;
  eventually([&] { return !(found = keepers_of(program)).empty(); });
  return found.at(0);
}

class KeeperTest : public EndTest {};

TEST_P(KeeperTest, AnotherTakesThePlaceOfOneThatWasKilled) {
  run_program([&] {
    start("setsid sleep 300 & echo a; wait", in_.get());
    ::kill(keeper_of(::getpid()), SIGKILL);
    eventually([&] { return keepers_of(::getpid()).empty(); });
    start("setsid sleep 300 & echo b; wait", in_.get());
    tree().hold();
    (void)!::write(in_.get(), "c", 1);
  });
  wait_for('c');
  EXPECT_NE(keeper_of(program_), 0);
  kill_program();
  EXPECT_TRUE(ends(out_.get()));
}

TEST_P(KeeperTest, ItOutlivesNoProgram) {
  run_program([&] { start("echo d; wait", in_.get()); });
  wait_for('d');
  const pid_t keeper = keeper_of(program_);
  kill_program();
  EXPECT_TRUE(eventually([&] {
    const auto status = read_process(keeper);
    return !status || !is_live(*status);
  }));
}

INSTANTIATE_TEST_SUITE_P(Kinds, KeeperTest,
                         ::testing::Values(ContainmentKind::kCgroup, ContainmentKind::kSweeps),
                         kind_name);

class ShimTest : public ContainmentFixture {};

TEST_P(ShimTest, AnotherTakesThePlaceOfOneThatWasKilled) {
  const pid_t first = start("setsid sleep 60 & echo ready; wait");
  ASSERT_TRUE(eventually([&] { return !output().empty(); }));
  EXPECT_FALSE(tree().lost());
  const pid_t shim = containment_->reaper();
  ::kill(shim, SIGKILL);
  EXPECT_EQ(reap(first), 128 + SIGKILL);
  EXPECT_TRUE(tree().lost());
  const pid_t second = start("exit 5");
  EXPECT_FALSE(tree().lost());
  EXPECT_TRUE(started_.front()->lost());
  started_.front()->forget_leader();
  started_.erase(started_.begin());
  EXPECT_NE(containment_->reaper(), shim);
  EXPECT_EQ(reap(second), 5);
  EXPECT_TRUE(eventually([&] {
    containment_->reap_orphans({});
    return !read_process(shim);
  }));
}

TEST_P(ShimTest, ADeadlineHoldsForTheNextOneToo) {
  const pid_t first = start("echo ready; sleep 60");
  ASSERT_TRUE(eventually([&] { return !output().empty(); }));
  containment_->set_deadline(soon());
  ::kill(containment_->reaper(), SIGKILL);
  reap(first);
  EXPECT_EQ(reap(start("trap '' TERM; sleep 60")), 128 + SIGKILL);
}

TEST_P(ShimTest, InsideNumbersAreTheInnerOnes) {
  EXPECT_EQ(reap(start("test -d /proc/$$ && test $$ -lt 100 && cat /proc/1/comm")), 0);
  EXPECT_EQ(output(), "hpopt-shim\n");
}

TEST_P(ShimTest, NobodyInsideCanEndIt) {
  EXPECT_EQ(reap(start("kill -KILL 1; kill -STOP 1; exit 3")), 3);
  EXPECT_EQ(reap(start("exit 4")), 4);
  EXPECT_FALSE(tree().lost());
}

INSTANTIATE_TEST_SUITE_P(Kinds, ShimTest,
                         ::testing::Values(ContainmentKind::kAuto, ContainmentKind::kNamespace),
                         kind_name);

class CgroupFolderTest : public EndTest {
 protected:
  static std::vector<std::string> folders() {
    std::vector<std::string> found;
    const std::string home = own_cgroup().value();
    for (const auto& entry : std::filesystem::directory_iterator(home)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("hpopt-")) found.push_back(name);
    }
    return found;
  }
  static bool has_folder_of(pid_t program) {
    const auto found = folders();
    return std::any_of(found.begin(), found.end(), [&](const std::string& name) {
      return name.starts_with("hpopt-" + std::to_string(program) + "-");
    });
  }
};

TEST_P(CgroupFolderTest, TheNextOneRemovesWhatAKilledOneLeft) {
  run_program([&] { start("setsid sleep 300 & echo d; wait", in_.get()); });
  wait_for('d');
  const pid_t program = program_;
  EXPECT_TRUE(has_folder_of(program));
  kill_program();
  EXPECT_TRUE(ends(out_.get()));
  // A keeper may be at it still; then it is the one that removes it.
  EXPECT_TRUE(eventually([&] {
    (void)make_containment(GetParam());
    return !has_folder_of(program);
  }));
}

TEST_P(CgroupFolderTest, TheFolderOfALiveOneStays) {
  run_program([&] { start("echo d; sleep 300", in_.get()); });
  wait_for('d');
  (void)make_containment(GetParam());
  EXPECT_TRUE(has_folder_of(program_));
  kill_program();
  EXPECT_TRUE(ends(out_.get()));
}

TEST_P(CgroupFolderTest, AProgramKilledWhileItTriesTheCgroupLeavesNothing) {
  for (useconds_t lived = 3000; lived < 12000; lived += 300) {
    run_program([&] {
      for (;;) (void)make_containment(GetParam());
    });
    ::usleep(lived);
    kill_program();
    ASSERT_TRUE(ends(out_.get())) << "something still holds the output of the program";
    open_pipe();
  }
}

TEST_P(CgroupFolderTest, NoneIsLeftAtTheEnd) {
  containment_ = make_containment(GetParam());
  const pid_t leader = start("setsid sleep 300 & wait");
  EXPECT_TRUE(has_folder_of(::getpid()));
  (void)containment_->kill_all({leader}, Nanos::max());
  reap(leader);
  started_.clear();
  containment_.reset();
  EXPECT_FALSE(has_folder_of(::getpid()));
}

INSTANTIATE_TEST_SUITE_P(Kinds, CgroupFolderTest,
                         ::testing::Values(ContainmentKind::kAuto, ContainmentKind::kCgroup),
                         kind_name);

TEST(Containment, AnOrdinaryUserHasItWhereUserNamespacesAreAllowed) {
  if (::geteuid() != 0) GTEST_SKIP() << "the other tests ran as an ordinary user";
  constexpr uid_t kNobody = 65534;
  const pid_t program = ::fork();
  if (program == 0) {
    const bool changed =
        ::setresgid(kNobody, kNobody, kNobody) == 0 && ::setresuid(kNobody, kNobody, kNobody) == 0;
    ::prctl(PR_SET_DUMPABLE, 1);
    const auto containment = make_containment();
    const UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    const auto process = containment->spawn({.program = "/bin/sh",
                                             .argv = {"sh", "-c", "exit 6"},
                                             .environment = {"PATH=/usr/bin:/bin", "A=1"},
                                             .directory = "/",
                                             .out = null.get(),
                                             .err = null.get()},
                                            "A=1");
    if (!changed || !process) ::_exit(1);
    if (reap((*process)->leader()) != 6) ::_exit(2);
    ::_exit(containment->name() == "pid namespace" ? 0 : 3);
  }
  const int code = reap(program);
  if (code == 3) GTEST_SKIP() << "user namespaces are refused here";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace hpopt
