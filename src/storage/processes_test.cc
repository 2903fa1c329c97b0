// Several processes on one SQLite store: at once, and killed at any instant.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "base/unique_fd.h"
#include "storage/open_store.h"
#include "storage/testing.h"
#include "study/fold.h"
#include "study/lease_keeper.h"
#include "study/testing.h"

namespace hpopt {
namespace {

using testing::fact;

class ProcessesTest : public ::testing::Test {
 protected:
  ProcessesTest() {
    auto store = open_store(locator_, true).value();
    study_ = store->create(testing::created(), {}).value();
  }

  /// Runs `body` in a child, which exits with what it returns. No connection crosses the fork.
  static pid_t spawn(const std::function<int()>& body) {
    const pid_t child = fork();
    if (child != 0) return child;
    try {
      _exit(body());
    } catch (...) {
      _exit(99);
    }
  }
  /// Runs `body` in eight children at once; all must end well.
  static void spawn_eight(const std::function<int(int process)>& body) {
    std::array<pid_t, 8> children{};
    for (std::size_t i = 0; i < children.size(); ++i) {
      children.at(i) = spawn([&] { return body(static_cast<int>(i)); });
    }
    for (const pid_t child : children) EXPECT_EQ(exit_code(child), 0);
  }
  static int exit_code(pid_t child) {
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  /// A connection of this process's own.
  [[nodiscard]] std::unique_ptr<Journal> journal() const {
    return open_store(locator_, false).value()->open(study_).value();
  }
  [[nodiscard]] StudyState folded() const {
    StudyState state;
    const auto done = fold(*journal(), state);
    EXPECT_TRUE(done.ok()) << done.error().message();
    return state;
  }

  testing::TemporaryFolder folder_;
  std::string locator_ = folder_.path() + "/store";
  std::string study_;
};

/// Suggests and starts one trial; tries again whenever another process was quicker.
TrialId begin_trial(Journal& journal, int process) {
  StudyState state;
  for (;;) {
    if (!fold(journal, state)) return 0;
    const auto trial = static_cast<TrialId>(state.trials().size() + 1);
    Suggested suggested = testing::suggested(trial, 1e-4 * trial);
    suggested.request += " of " + std::to_string(process);
    std::vector<Fact> facts = {fact(suggested),
                               fact(testing::started(trial, 0, state.last_token() + 1))};
    const auto appended = journal.append(facts, Durability::kBatched);
    if (appended) return trial;
    if (appended.error().code != Code::kConflict) return 0;
  }
}

constexpr std::uint32_t kReports = 30;

bool run_trial(Journal& journal, TrialId trial) {
  StudyState state;
  if (!fold(journal, state)) return false;
  const Token token = state.find(trial)->token;
  for (std::uint32_t i = 1; i <= kReports; ++i) {
    std::vector<Fact> facts = {fact(testing::reported(trial, token, i, i, 0.01 * i))};
    if (!journal.append(facts, Durability::kBatched)) return false;
  }
  std::vector<Fact> facts = {fact(testing::ended(trial, token))};
  return journal.append(facts, Durability::kBatched).ok();
}

TEST_F(ProcessesTest, EightAppendAtOnceWithoutLossOrLockError) {
  constexpr int kTrials = 10;
  spawn_eight([&](int process) {
    const auto own = journal();
    for (int i = 0; i < kTrials; ++i) {
      const TrialId trial = begin_trial(*own, process);
      if (trial == 0 || !run_trial(*own, trial)) return 1;
    }
    return 0;
  });
  const StudyState state = folded();
  EXPECT_EQ(state.counts().complete, 8 * kTrials);
  for (const TrialRecord& trial : state.trials()) EXPECT_EQ(trial.reports.size(), kReports);
}

TEST_F(ProcessesTest, EightMakeOneStoreAtOnce) {
  const std::string fresh = folder_.path() + "/fresh";
  spawn_eight([&](int) {
    auto store = open_store(fresh, true);
    auto made = store ? (*store)->create(testing::created(), {}) : store.error();
    if (!made) std::fprintf(stderr, "%s\n", made.error().message().c_str());
    return made ? 0 : 1;
  });
  EXPECT_EQ(open_store(fresh, false).value()->list().value().size(), 8U);
}

/// Appends reports until it is killed, and says each through the pipe once it is acknowledged.
int report_for_ever(Journal& journal, TrialId trial, Token token, std::uint32_t from, int pipe) {
  for (std::uint32_t i = from;; ++i) {
    std::vector<Fact> facts = {fact(testing::reported(trial, token, i, i, 0.5))};
    if (!journal.append(facts, Durability::kBatched)) return 1;
    if (write(pipe, &i, sizeof i) != sizeof i) return 2;
  }
}

TEST_F(ProcessesTest, AKilledWriterLosesNothingThatWasAcknowledged) {
  constexpr int kKills = 25;
  const TrialId trial = begin_trial(*journal(), 0);
  ASSERT_EQ(trial, 1U);
  Rng rng(3, 0);
  std::uint32_t acknowledged = 0;
  for (int kill_number = 0; kill_number < kKills; ++kill_number) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    UniqueFd output(ends[0]);
    UniqueFd input(ends[1]);
    const auto reports = static_cast<std::uint32_t>(folded().find(trial)->reports.size());
    ASSERT_GE(reports, acknowledged);
    const pid_t child =
        spawn([&] { return report_for_ever(*journal(), trial, 1, reports + 1, input.get()); });
    input.reset();
    usleep(static_cast<useconds_t>(2'000 + rng.below(30'000)));
    kill(child, SIGKILL);
    EXPECT_EQ(exit_code(child), 128 + SIGKILL);
    std::uint32_t said = 0;
    while (read(output.get(), &said, sizeof said) == sizeof said) acknowledged = said;
  }
  EXPECT_GE(folded().find(trial)->reports.size(), acknowledged);
  EXPECT_GT(acknowledged, 0U);
}

TEST_F(ProcessesTest, AKilledHoldersLeaseIsFreeAtOnce) {
  const pid_t child = spawn([&] {
    const auto own = journal();
    SystemClock clock;
    LeaseKeeper keeper;
    if (!keeper.try_take(*own, kRunner, clock, std::chrono::hours(1))) return 1;
    return raise(SIGKILL);
  });
  ASSERT_EQ(exit_code(child), 128 + SIGKILL);
  const auto own = journal();
  EXPECT_TRUE(is_holder_dead(own->lease(kRunner).value().holder));
  SystemClock clock;
  LeaseKeeper keeper;
  const auto epoch = keeper.try_take(*own, kRunner, clock, std::chrono::hours(1));
  ASSERT_TRUE(epoch.ok()) << epoch.error().message();
  EXPECT_EQ(*epoch, 2U);
  EXPECT_TRUE(keeper.took_over());
}

TEST_F(ProcessesTest, ALiveHolderIsNamed) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  UniqueFd output(ends[0]);
  UniqueFd input(ends[1]);
  const pid_t child = spawn([&] {
    output.reset();
    const auto own = journal();
    auto lease = HeldLease::take(*own, kRunner);
    const char ready = lease ? 'y' : 'n';
    if (write(input.get(), &ready, 1) != 1) return 1;
    pause();
    return 0;
  });
  char ready = 0;
  ASSERT_EQ(read(output.get(), &ready, 1), 1);
  ASSERT_EQ(ready, 'y');
  const auto own = journal();
  const std::string holder = own->lease(kRunner).value().holder;
  EXPECT_TRUE(is_holder_alive(holder));
  EXPECT_TRUE(holder_process(holder).starts_with(std::to_string(child) + " on "));
  const auto taken = HeldLease::take(*own, kRunner);
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().code, Code::kBusy);
  EXPECT_NE(taken.error().what.find(std::to_string(child)), std::string::npos);
  kill(child, SIGKILL);
  EXPECT_EQ(exit_code(child), 128 + SIGKILL);
  EXPECT_FALSE(is_holder_alive(holder));
}

}  // namespace
}  // namespace hpopt
