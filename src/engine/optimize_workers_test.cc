#include <signal.h>

#include <chrono>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "engine/fake_worker.h"
#include "hpopt/hpopt.h"
#include "storage/open_store.h"
#include "study/fold.h"

namespace hpopt {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Outcome = Summary::Outcome;
using testing::FakeWorkers;

double since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

class OptimizeWorkers : public ::testing::Test {
 protected:
  OptimizeWorkers() { (void)options_.space.add({.name = "x", .domain = FloatDomain{-1, 1}}); }

  Summary run(const FakeWorkers& workers) {
    study_.emplace(Study::open("workers", options_).value());
    const auto began = std::chrono::steady_clock::now();
    Summary summary = study_->optimize_workers({.argv = workers.argv});
    took_ = since(began);
    return summary;
  }
  [[nodiscard]] TrialInfo trial(std::size_t number) const { return study_->trials()[number - 1]; }

  static bool lives(pid_t process) { return ::kill(process, 0) == 0; }

  Options options_{.trials = 8, .workers = 2, .storage = "memory:"};
  std::optional<Study> study_;
  double took_ = 0;
};

TEST_F(OptimizeWorkers, EvaluateOneTrialAfterAnother) {
  const FakeWorkers workers("good");
  const Summary summary = run(workers);
  EXPECT_EQ(summary.outcome, Outcome::kFinished) << summary.brief();
  EXPECT_EQ(summary.complete, 8);
  for (const TrialInfo& info : study_->trials()) {
    EXPECT_EQ(info.state, "complete");
    EXPECT_EQ(*info.score, info.params.get("x")->as_double());
  }
  EXPECT_LE(workers.marked("workers").size(), 2U);
  EXPECT_THAT(workers.marked("exits"), SizeIs(workers.marked("workers").size()))
      << "they see the end of their input";
}

TEST_F(OptimizeWorkers, DeclareTheirSpaceAsTheyGo) {
  options_.space = {};
  const Summary summary = run(FakeWorkers("define"));
  EXPECT_EQ(summary.complete, 8) << summary.full();
  EXPECT_EQ(study_->space().parameters().size(), 3U);
  EXPECT_EQ(summary.best->params.size(), 3U);
}

TEST_F(OptimizeWorkers, ArePausedOnTheWayAndGoOnWhereTheyStand) {
  options_.trials = 12;
  options_.full_steps = 27;
  options_.early_stop = "hyperband";
  options_.min_steps = 3;
  const Summary summary = run(FakeWorkers("train"));
  EXPECT_EQ(summary.outcome, Outcome::kFinished) << summary.brief();
  EXPECT_GT(summary.complete, 0) << summary.brief();
  EXPECT_GT(summary.paused, 0) << summary.brief();
  EXPECT_EQ(summary.failed, 0) << summary.brief();
  for (const TrialInfo& info : study_->trials()) {
    for (std::size_t i = 0; i < info.reports.size(); ++i) {
      EXPECT_EQ(info.reports[i].first, static_cast<double>(i + 1)) << "each step once";
    }
  }
}

TEST_F(OptimizeWorkers, ThatDieFailTheirTrialAndAreReplaced) {
  const FakeWorkers workers("crash-once");
  const Summary summary = run(workers);
  EXPECT_EQ(summary.complete, 7) << summary.brief();
  EXPECT_EQ(trial(2).state, "failed");
  EXPECT_EQ(trial(2).reason, "the worker exited with 3 before it told a result");
  EXPECT_GE(workers.marked("workers").size(), 2U);
}

TEST_F(OptimizeWorkers, KilledByNoneOfUsRanOutOfMemory) {
  const Summary summary = run(FakeWorkers("killed"));
  EXPECT_EQ(summary.complete, 7) << summary.brief();
  EXPECT_EQ(trial(2).state, "out_of_memory");
  EXPECT_THAT(trial(2).reason, HasSubstr("SIGKILL"));
}

TEST_F(OptimizeWorkers, ThatSayWhyATrialFailedLiveOn) {
  options_.trials = 4;
  options_.workers = 1;
  const FakeWorkers workers("fail");
  const Summary summary = run(workers);
  EXPECT_EQ(summary.outcome, Outcome::kFinished) << summary.brief();
  EXPECT_EQ(trial(1).reason, "no luck");
  EXPECT_EQ(trial(1).state, "failed");
  EXPECT_EQ(trial(2).state, "out_of_memory");
  EXPECT_THAT(workers.marked("workers"), SizeIs(1));
}

TEST_F(OptimizeWorkers, WhereAllCrashTheLastMessageIsQuoted) {
  options_.trials = 50;
  const Summary summary = run(FakeWorkers("crash"));
  EXPECT_EQ(summary.outcome, Outcome::kError);
  ASSERT_TRUE(summary.error.has_value());
  EXPECT_THAT(summary.error->what, AllOf(HasSubstr("all failed in the same way"),
                                         HasSubstr("the worker exited with 3")));
  EXPECT_LT(summary.failed, 8);
  const Summary mended =
      study_->optimize_workers({.argv = FakeWorkers("good").argv}, {.trials = 12});
  EXPECT_EQ(mended.outcome, Outcome::kFinished) << "mended, it goes on: " << mended.brief();
  EXPECT_GT(mended.complete, 0);
}

TEST_F(OptimizeWorkers, ThatSpeakOtherwiseFailTheirTrial) {
  Summary summary = run(FakeWorkers("garbage"));
  EXPECT_EQ(summary.complete, 7) << summary.brief();
  EXPECT_THAT(trial(2).reason, HasSubstr("Epoch 1/3"));
  summary = run(FakeWorkers("flood"));
  EXPECT_EQ(summary.complete, 7) << summary.brief();
  EXPECT_THAT(trial(2).reason, HasSubstr("1 MiB"));
}

TEST_F(OptimizeWorkers, ThatExitBetweenTrialsFailNone) {
  const FakeWorkers workers("leave");
  const Summary summary = run(workers);
  EXPECT_EQ(summary.complete, 8) << summary.brief();
  EXPECT_EQ(summary.failed, 0) << summary.brief();
}

TEST_F(OptimizeWorkers, NotANumberHasDiverged) {
  options_.trials = 2;
  const Summary summary = run(FakeWorkers("nan"));
  EXPECT_EQ(trial(1).state, "diverged") << summary.brief();
}

TEST_F(OptimizeWorkers, TheDeadlineIsKeptWhateverTheyDo) {
  options_.trials = 0;
  options_.time = 1500ms;
  for (const char* mode : {"hang", "mute", "deaf", "daemon"}) {
    const FakeWorkers workers(mode, "0.01");
    const Summary summary = run(workers);
    EXPECT_EQ(summary.outcome, Outcome::kTimeUp) << mode << ": " << summary.brief();
    EXPECT_LT(took_, 2.5) << mode;
    for (const TrialInfo& info : study_->trials()) {
      if (info.state != "paused") continue;
      EXPECT_THAT(info.reason, HasSubstr("is up")) << mode;
      const bool reports = std::string(mode) == "hang" || std::string(mode) == "deaf";
      EXPECT_THAT(info.reports, SizeIs(reports ? 1 : 0)) << mode;
    }
    EXPECT_GT(workers.marked("workers").size(), 0U) << mode;
  }
}

TEST_F(OptimizeWorkers, NothingOfThemIsLeftBehind) {
  options_.trials = 3;
  const FakeWorkers workers("daemon");
  const Summary summary = run(workers);
  EXPECT_EQ(summary.complete, 3) << summary.brief();
  const std::string pattern = workers.folder;
  EXPECT_NE(std::system(("pgrep -f '[w]orker.py daemon " + pattern + "' > /dev/null").c_str()), 0);
}

TEST_F(OptimizeWorkers, StopEndsThemSoon) {
  options_.trials = 0;
  options_.time = 60s;
  study_.emplace(Study::open("stop", options_).value());
  const FakeWorkers workers("hang");
  std::jthread stopper([&] {
    while (workers.marked("workers").empty()) std::this_thread::sleep_for(20ms);
    std::this_thread::sleep_for(300ms);
    study_->stop();
  });
  const auto began = std::chrono::steady_clock::now();
  const Summary summary = study_->optimize_workers({.argv = workers.argv});
  EXPECT_EQ(summary.outcome, Outcome::kStopped) << summary.brief();
  EXPECT_LT(since(began), 10);
  EXPECT_EQ(trial(1).state, "paused");
  EXPECT_EQ(trial(1).reason, "stopped by the program");
}

TEST_F(OptimizeWorkers, AProgramThatIsMissingIsAnError) {
  study_.emplace(Study::open("missing", options_).value());
  const Summary summary = study_->optimize_workers({.argv = {"no-such-program"}});
  EXPECT_EQ(summary.outcome, Outcome::kError);
  EXPECT_THAT(summary.error->message(), HasSubstr("no-such-program"));
  EXPECT_EQ(study_->optimize_workers({}).outcome, Outcome::kError);
}

TEST_F(OptimizeWorkers, WhereNoOtherCanBeHadThoseThatLiveGoOn) {
  options_.trials = 12;
  options_.full_steps = 27;
  options_.early_stop = "hyperband";
  options_.min_steps = 3;
  FakeWorkers workers("train");
  workers.argv = {testing::self_removing_program(workers.folder, workers.argv)};
  const Summary summary = run(workers);
  EXPECT_EQ(summary.outcome, Outcome::kFinished) << summary.full();
  EXPECT_GT(summary.complete, 0) << summary.brief();
  EXPECT_EQ(summary.failed, 0) << summary.brief();
  EXPECT_LE(workers.marked("workers").size(), 2U);
}

TEST_F(OptimizeWorkers, OneAtATime) {
  options_.trials = 0;
  options_.time = 60s;
  study_.emplace(Study::open("busy", options_).value());
  const FakeWorkers workers("hang");
  std::jthread first([&] { study_->optimize_workers({.argv = workers.argv}); });
  while (workers.marked("workers").empty()) std::this_thread::sleep_for(20ms);
  const Summary second = study_->optimize([](Trial&) { return 1.0; });
  EXPECT_EQ(second.error->code, Code::kBusy);
  study_->stop();
}

}  // namespace
}  // namespace hpopt
