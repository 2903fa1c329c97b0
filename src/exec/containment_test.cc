#include "exec/containment.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "base/testing.h"
#include "exec/descendants.h"

namespace hpopt {
namespace {

constexpr int kGenerousMs = 20000;  // milliseconds: a limit for hangs, no measure

bool eventually(const std::function<bool()>& holds) {
  for (int waited = 0; waited < kGenerousMs; waited += 5) {
    if (holds()) return true;
    ::usleep(5000);
  }
  return false;
}

class ContainmentTest : public ::testing::TestWithParam<ContainmentKind> {
 protected:
  ContainmentTest() : containment_(make_containment(GetParam())) {
    folder_ = testing::fresh_folder();
  }

  pid_t start(const std::string& script) {
    const UniqueFd log(
        ::open((folder_ + "/out").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    mark_ = "HPOPT_REPORT=" + folder_ + "/report";
    return containment_
        ->spawn({.program = "/bin/sh",
                 .argv = {"sh", "-c", script},
                 .environment = {"PATH=/usr/bin:/bin", mark_},
                 .directory = folder_,
                 .out = log.get(),
                 .err = log.get()})
        .value();
  }
  [[nodiscard]] std::string output() const {
    std::ifstream file(folder_ + "/out");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] ProcessTree tree(pid_t leader) const {
    return {leader, mark_, containment_->reaper()};
  }
  static int reap(pid_t process) {
    int status = 0;
    ::waitpid(process, &status, 0);
    return exit_code_of(status);
  }

  std::unique_ptr<Containment> containment_;
  std::string folder_;
  std::string mark_;
};

TEST_P(ContainmentTest, RunsWhatItIsGiven) {
  EXPECT_EQ(reap(start("pwd; exit 4")), 4);
  EXPECT_EQ(output(), folder_ + "\n");
  EXPECT_FALSE(containment_->explain().empty());
}

TEST_P(ContainmentTest, FindsDescendantsOverSessions) {
  const pid_t leader =
      start("sleep 60 & setsid sh -c 'sleep 60 & sleep 60 & echo ready; wait' & wait");
  ASSERT_TRUE(eventually([&] { return output() == "ready\n"; }));
  const ProcessTree processes = tree(leader);
  EXPECT_EQ(processes.members().size(), 5U);
  EXPECT_EQ(processes.members().front(), leader);
  processes.signal(SIGKILL);
  EXPECT_EQ(reap(leader), 128 + SIGKILL);
  EXPECT_TRUE(eventually([&] { return processes.members().empty(); }));
}

TEST_P(ContainmentTest, FindsOrphansThatLeftTheSession) {
  const pid_t leader = start("(setsid sleep 60 &) ; sleep 60 & exit 0");
  EXPECT_EQ(reap(leader), 0);
  ProcessTree processes = tree(leader);
  processes.forget_leader();
  ASSERT_TRUE(eventually([&] { return processes.members().size() == 2; }));
  EXPECT_TRUE(eventually([&] {
    processes.signal(SIGKILL);
    return processes.members().empty();
  }));
}

TEST_P(ContainmentTest, AnotherRunsProcessesAreNotTouched) {
  const pid_t one = start("exec sleep 60");
  mark_ += "2";
  const pid_t two = start("exec sleep 60");
  EXPECT_EQ(ProcessTree(one, "HPOPT_REPORT=other", containment_->reaper()).members().size(), 1U);
  ::kill(one, SIGKILL);
  ::kill(two, SIGKILL);
  reap(one);
  reap(two);
}

TEST_P(ContainmentTest, StopsAWholeTree) {
  const pid_t leader = start("setsid sh -c 'while :; do echo tick; sleep 0.01; done' & wait");
  ASSERT_TRUE(eventually([&] { return !output().empty(); }));
  const ProcessTree processes = tree(leader);
  ASSERT_TRUE(processes.stop());
  const auto all_stopped = [&] {
    for (const pid_t member : processes.members()) {
      const auto status = read_process(member);
      // D: it waits for a child that was stopped between vfork and exec.
      if (status && status->state != 'T' && status->state != 'D') return false;
    }
    return true;
  };
  ASSERT_TRUE(eventually(all_stopped));
  const std::size_t before = output().size();
  ::usleep(100000);
  EXPECT_EQ(output().size(), before);
  processes.signal(SIGCONT);
  EXPECT_TRUE(eventually([&] { return output().size() > before; }));
  processes.signal(SIGKILL);
  reap(leader);
  EXPECT_TRUE(eventually([&] {
    processes.signal(SIGKILL);
    return processes.members().empty();
  }));
}

TEST_P(ContainmentTest, KillAllFindsADaemonWithoutOurEnvironment) {
  const pid_t leader = start(
      "setsid env -i sh -c 'while :; do echo x; sleep 0.01; done' & "
      "while test ! -s out; do sleep 0.01; done; exit 0");
  EXPECT_EQ(reap(leader), 0);
  EXPECT_TRUE(eventually([&] { return containment_->kill_all({}, Nanos::max()); }));
  const std::size_t before = output().size();
  ::usleep(50000);
  EXPECT_EQ(output().size(), before);
}

TEST_P(ContainmentTest, TheDeadWhoLeftTheirSessionAreReaped) {
  const std::vector<pid_t> before = children_of(containment_->reaper());
  const pid_t leader = start("setsid env -i sleep 0.05 & exit 0");
  EXPECT_EQ(reap(leader), 0);
  EXPECT_TRUE(eventually([&] {
    containment_->reap_orphans({});
    return children_of(containment_->reaper()) == before;
  }));
}

TEST_P(ContainmentTest, AnotherContainmentsProcessesAreLeftAlone) {
  const auto other = make_containment(GetParam());
  const UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const pid_t theirs = other
                           ->spawn({.program = "/bin/sh",
                                    .argv = {"sh", "-c", "sleep 60 & exit 6"},
                                    .environment = {"PATH=/usr/bin:/bin"},
                                    .directory = folder_,
                                    .out = null.get(),
                                    .err = null.get()})
                           .value();
  const pid_t ours = start("exec sleep 60");
  (void)containment_->kill_all({ours}, Nanos::max());
  EXPECT_EQ(reap(ours), 128 + SIGKILL);
  containment_->reap_orphans({});
  EXPECT_TRUE(eventually([&] { return containment_->kill_all({}, Nanos::max()); }));
  const auto is_theirs = [&](pid_t child) {
    const auto status = read_process(child);
    return status && status->session == theirs && is_live(*status);
  };
  EXPECT_EQ(reap(theirs), 6);
  EXPECT_TRUE(eventually([&] {
    const auto left = children_of(other->reaper());
    return std::any_of(left.begin(), left.end(), is_theirs);
  }));
  EXPECT_TRUE(eventually([&] { return other->kill_all({}, Nanos::max()); }));
}

TEST_P(ContainmentTest, OthersChildrenAreLeftAlone) {
  const pid_t other = ::fork();
  if (other == 0) {
    ::pause();
    ::_exit(0);
  }
  containment_->reap_orphans({});
  EXPECT_TRUE(eventually([&] { return containment_->kill_all({}, Nanos::max()); }));
  EXPECT_TRUE(read_process(other));
  ::kill(other, SIGTERM);
  EXPECT_EQ(reap(other), 128 + SIGTERM);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ContainmentTest,
                         ::testing::Values(ContainmentKind::kBest, ContainmentKind::kSweeps));

/// With a PID namespace only; skipped where there is none.
class NamespaceTest : public ContainmentTest {
 protected:
  void SetUp() override {
    if (containment_->name() != "pid namespace") GTEST_SKIP() << containment_->explain();
  }
};

TEST_P(NamespaceTest, InsideNumbersAreTheInnerOnes) {
  EXPECT_EQ(reap(start("test -d /proc/$$ && test $$ -lt 100 && cat /proc/1/comm")), 0);
  EXPECT_EQ(output(), "hpopt-shim\n");
}

TEST_P(NamespaceTest, KillAllReachesDaemons) {
  const pid_t leader = start("(setsid env -i sleep 60 &) ; echo ready; sleep 60");
  ASSERT_TRUE(eventually([&] { return output() == "ready\n"; }));
  const auto orphans = children_of(containment_->reaper());
  (void)containment_->kill_all({leader}, Nanos::max());
  EXPECT_EQ(reap(leader), 128 + SIGKILL);
  EXPECT_TRUE(eventually([&] { return containment_->kill_all({}, Nanos::max()); }));
  for (const pid_t orphan : orphans) {
    EXPECT_TRUE(eventually([&] { return ::kill(orphan, 0) != 0; }));
  }
  EXPECT_EQ(reap(start("exit 5")), 5);  // a new one is opened
}

TEST_P(NamespaceTest, TheShimKeepsTheDeadline) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const pid_t leader = start("trap '' TERM INT HUP; sleep 60");
  containment_->set_deadline(std::chrono::seconds(now.tv_sec) +
                             std::chrono::nanoseconds(now.tv_nsec) + std::chrono::milliseconds(50));
  EXPECT_EQ(reap(leader), 128 + SIGKILL);
}

TEST_P(NamespaceTest, EverythingDiesWithUs) {
  containment_.reset();  // with its thread, which would not be in the fork
  const pid_t program = ::fork();
  if (program == 0) {
    containment_ = make_containment();
    start("(setsid env -i sh -c 'echo $$ >daemon; exec sleep 60' &) ; sleep 60");
    ::pause();
  }
  std::string daemon = folder_ + "/daemon";
  ASSERT_TRUE(eventually([&] { return ::access(daemon.c_str(), F_OK) == 0; }));
  std::vector<pid_t> inside;
  ASSERT_TRUE(eventually([&] {
    inside = ProcessTree(program, "none", 0).members();
    return inside.size() >= 4;  // program, shim, leader, daemon
  }));
  ::kill(program, SIGKILL);
  reap(program);
  for (const pid_t process : inside) {
    EXPECT_TRUE(eventually([&] {
      while (::waitpid(-1, nullptr, WNOHANG) >
             0) {  // those that fell to us: the shim waits for that
      }
      return !read_process(process);
    })) << process;
  }
}

INSTANTIATE_TEST_SUITE_P(Best, NamespaceTest, ::testing::Values(ContainmentKind::kBest));

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
                                             .environment = {"PATH=/usr/bin:/bin"},
                                             .directory = "/",
                                             .out = null.get(),
                                             .err = null.get()});
    int status = 0;
    if (!changed || !process) ::_exit(1);
    ::waitpid(*process, &status, 0);
    if (exit_code_of(status) != 6) ::_exit(2);
    ::_exit(containment->name() == "pid namespace" ? 0 : 3);
  }
  int status = 0;
  ::waitpid(program, &status, 0);
  const int code = exit_code_of(status);
  if (code == 3) GTEST_SKIP() << "user namespaces are refused here";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace hpopt
