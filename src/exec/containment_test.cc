#include "exec/containment.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/files.h"
#include "exec/containment_fixture.h"
#include "exec/descendants.h"
#include "exec/descriptor_limit.h"

namespace hpopt {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): names of the fixture

class ContainmentTest : public ContainmentFixture {};

TEST_P(ContainmentTest, RunsWhatItIsGiven) {
  EXPECT_EQ(reap(start("pwd; exit 4")), 4);
  EXPECT_EQ(output(), folder_ + "\n");
  EXPECT_FALSE(containment_->explain().empty());
}

TEST_P(ContainmentTest, FindsDescendantsOverSessions) {
  const pid_t leader =
      start("sleep 60 & setsid sh -c 'sleep 60 & sleep 60 & echo ready; wait' & wait");
  ASSERT_TRUE(eventually([&] { return output() == "ready\n"; }));
  TrialProcesses& processes = tree();
  EXPECT_EQ(processes.members().size(), 5U);
  EXPECT_TRUE(contains(processes.members(), leader));
  processes.kill();
  EXPECT_EQ(reap(leader), 128 + SIGKILL);
  EXPECT_TRUE(eventually([&] { return processes.members().empty(); }));
}

TEST_P(ContainmentTest, FindsOrphansThatLeftTheSession) {
  const pid_t leader = start("(setsid sleep 60 &) ; sleep 60 & exit 0");
  EXPECT_EQ(reap(leader), 0);
  TrialProcesses& processes = tree();
  processes.forget_leader();
  ASSERT_TRUE(eventually([&] { return processes.members().size() == 2; }));
  EXPECT_TRUE(eventually([&] {
    processes.kill();
    return processes.members().empty();
  }));
}

TEST_P(ContainmentTest, AnotherRunsProcessesAreNotTouched) {
  const pid_t one = start("exec sleep 60");
  const pid_t two = start("exec sleep 60");
  EXPECT_EQ(tree().members(), std::vector<pid_t>{two});
  tree().kill();
  EXPECT_EQ(reap(two), 128 + SIGKILL);
  EXPECT_EQ(started_.front()->members(), std::vector<pid_t>{one});
  ::kill(one, SIGKILL);
  reap(one);
}

TEST_P(ContainmentTest, HoldsAndThawsAWholeTree) {
  const pid_t leader = start("setsid sh -c 'while :; do echo tick; sleep 0.01; done' & wait");
  ASSERT_TRUE(eventually([&] { return !output().empty(); }));
  ASSERT_TRUE(tree().hold());
  std::size_t before = 0;
  const auto stands_still = [&] {
    before = output().size();
    ::usleep(50000);
    return output().size() == before;
  };
  ASSERT_TRUE(eventually(stands_still));
  ::usleep(100000);
  EXPECT_EQ(output().size(), before);
  tree().thaw();
  EXPECT_TRUE(eventually([&] { return output().size() > before; }));
  tree().kill();
  reap(leader);
  EXPECT_TRUE(eventually([&] {
    tree().kill();
    return tree().members().empty();
  }));
}

TEST_P(ContainmentTest, WhoIsHeldDiesOfAKill) {
  const pid_t leader = start("sleep 60 & wait");
  ASSERT_TRUE(eventually([&] { return tree().members().size() == 2; }));
  ASSERT_TRUE(tree().hold());
  tree().kill();
  EXPECT_EQ(reap(leader), 128 + SIGKILL);
  tree().forget_leader();
  EXPECT_TRUE(eventually([&] { return tree().members().empty(); }));
}

TEST_P(ContainmentTest, WhoIsHeldDiesOfKillAll) {
  const pid_t held = start("sleep 60 & wait");
  ASSERT_TRUE(tree().hold());
  const pid_t stopped = start("kill -STOP $$; exit 1");
  (void)containment_->kill_all({held, stopped}, Nanos::max());
  EXPECT_EQ(reap(held), 128 + SIGKILL);
  EXPECT_EQ(reap(stopped), 128 + SIGKILL);
  EXPECT_TRUE(eventually([&] { return containment_->kill_all({}, Nanos::max()); }));
  EXPECT_TRUE(started_.front()->members().empty());
}

TEST_P(ContainmentTest, WhoMultipliesDiesOfKillAll) {
  const pid_t leader = start(
      "i=0; while [ $i -lt 150 ]; do (sleep 60 & setsid sh -c 'sleep 60 & sleep 60' &) & "
      "i=$((i+1)); test $i = 40 && echo ready; done; wait");
  ASSERT_TRUE(eventually([&] { return !output().empty(); }));
  (void)containment_->kill_all({leader}, Nanos::max());
  EXPECT_EQ(reap(leader), 128 + SIGKILL);
  EXPECT_TRUE(eventually([&] { return containment_->kill_all({}, Nanos::max()); }));
  tree().forget_leader();
  EXPECT_TRUE(tree().members().empty());
}

/// Each leaves a session of its own to a child and ends: none is there for long.
TEST_P(ContainmentTest, WhoHopsDiesOfKillAll) {
  const pid_t leader = start(
      "echo 'test $1 -lt 40 || exec sleep 60; setsid sh hop $(($1+1)) & echo $1' >hop; sh hop 0; "
      "wait");
  ASSERT_TRUE(eventually([&] { return !output().empty(); }));
  (void)containment_->kill_all({leader}, Nanos::max());
  reap(leader);
  EXPECT_TRUE(eventually([&] { return containment_->kill_all({}, Nanos::max()); }));
  const std::size_t before = output().size();
  ::usleep(50000);
  EXPECT_EQ(output().size(), before);
  tree().forget_leader();
  EXPECT_TRUE(tree().members().empty());
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
  const auto tree_of_other = other
                                 ->spawn({.program = "/bin/sh",
                                          .argv = {"sh", "-c", "sleep 60 & exit 6"},
                                          .environment = {"PATH=/usr/bin:/bin", "A=1"},
                                          .directory = folder_,
                                          .out = null.get(),
                                          .err = null.get()},
                                         "A=1")
                                 .value();
  const pid_t theirs = tree_of_other->leader();
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

TEST_P(ContainmentTest, TheMarkOfAnOuterSweepIsNotHandedOn) {
  const pid_t leader = start("sleep 300; true", -1, {"HPOPT_SWEEP=1-2"});
  std::string environment;  // empty in the midst of an exec
  const Nanos limit = SystemClock().monotonic() + std::chrono::seconds(10);
  while (environment.empty() && SystemClock().monotonic() < limit) {
    environment = read_file("/proc/" + std::to_string(leader) + "/environ").value();
  }
  const std::size_t first = environment.find("HPOPT_SWEEP=");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(environment.find("HPOPT_SWEEP=", first + 1), std::string::npos);
  tree().kill();
  reap(leader);
}

TEST_P(ContainmentTest, TrialsHaveTheLimitOfDescriptorsThatWeStartedWith) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit low{before.rlim_max - 1, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &low);
  raise_descriptor_limit();
  rlimit raised{};
  ::getrlimit(RLIMIT_NOFILE, &raised);
  EXPECT_EQ(raised.rlim_cur, before.rlim_max);
  const pid_t leader = start("sleep 300; true");
  rlimit of_trial{};
  EXPECT_EQ(::prlimit(leader, RLIMIT_NOFILE, nullptr, &of_trial), 0);
  EXPECT_EQ(of_trial.rlim_cur, low.rlim_cur);
  EXPECT_EQ(of_trial.rlim_max, before.rlim_max);
  tree().kill();
  reap(leader);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_P(ContainmentTest, WhoCannotBeLookedForIsNotTakenForGone) {
  const pid_t leader = start("sleep 300 & wait");
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit none{3, limit.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  EXPECT_TRUE(tree().any());
  ::setrlimit(RLIMIT_NOFILE, &limit);
  tree().kill();
  reap(leader);
  tree().forget_leader();
  EXPECT_TRUE(eventually([this] {
    tree().kill();  // one may have been born meanwhile
    return !tree().any();
  }));
}

INSTANTIATE_TEST_SUITE_P(Kinds, ContainmentTest,
                         ::testing::Values(ContainmentKind::kAuto, ContainmentKind::kCgroup,
                                           ContainmentKind::kNamespace, ContainmentKind::kSweeps),
                         kind_name);

}  // namespace
}  // namespace hpopt
