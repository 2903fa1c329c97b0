#include "exec/process_executor.h"

#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/testing.h"
#include "base/text.h"
#include "client/report_client.h"
#include "exec/containment_fixture.h"
#include "exec/descendants.h"
#include "exec/environment.h"

namespace hpopt {
namespace {

constexpr Nanos kShort = std::chrono::milliseconds(20);
constexpr Nanos kGenerous = std::chrono::seconds(30);  // a limit for hangs, no measure

Objective accuracy() {
  Objective objective;
  objective.name = "acc";
  return objective;
}

class ProcessExecutorTest : public ::testing::TestWithParam<ContainmentKind> {
 protected:
  ProcessExecutorTest() {
    folder_ = testing::fresh_folder();
    make();
  }
  void make(std::vector<Objective> objectives = {accuracy()}, bool terminal = false) {
    executor_ = std::make_unique<ProcessExecutor>(ProcessExecutorOptions{
        .objectives = std::move(objectives), .terminal = terminal, .containment = GetParam()});
  }
  [[nodiscard]] Launch launch(std::vector<std::string> argv, TrialId trial = 1) const {
    Launch launch;
    launch.trial = trial;
    launch.token = Token{trial} * 10;
    launch.argv = std::move(argv);
    launch.directory = folder_;
    launch.trial_directory = directory_of(trial);
    launch.configuration = {{"lr", 0.5}};
    launch.environment = trial_environment({.study = "s",
                                            .trial = trial,
                                            .seed = 3,
                                            .fidelity = {{"epochs", 9}},
                                            .trial_directory = launch.trial_directory});
    return launch;
  }
  [[nodiscard]] std::string directory_of(TrialId trial) const {
    return folder_ + "/trials/" + std::to_string(trial);
  }
  void shell(const std::string& script, TrialId trial = 1) {
    const Status started = executor_->start(launch({"sh", "-c", script}, trial));
    ASSERT_TRUE(started.ok()) << started.error().message();
  }
  /// Waits until the trial has exited; what happened meanwhile is kept.
  Exited exit_of(TrialId trial = 1) {
    const Nanos limit = clock_.monotonic() + kGenerous;
    while (clock_.monotonic() < limit) {
      for (Event& event : executor_->wait(limit)) {
        const auto* exited = std::get_if<Exited>(&event);
        if (exited != nullptr && exited->trial == trial) return *exited;
        if (const auto* said = std::get_if<Said>(&event)) said_.push_back(*said);
        if (const auto* length = std::get_if<SaidLength>(&event)) length_ = length->length;
      }
    }
    ADD_FAILURE() << "trial " << trial << " has not exited";
    return {};
  }
  /// Waits until so many numbers were said in all.
  void hear(std::size_t count) {
    const Nanos limit = clock_.monotonic() + kGenerous;
    while (said_.size() < count && clock_.monotonic() < limit) {
      for (const Event& event : executor_->wait(limit)) {
        if (const auto* said = std::get_if<Said>(&event)) said_.push_back(*said);
        ASSERT_EQ(std::get_if<Exited>(&event), nullptr);
      }
    }
    ASSERT_GE(said_.size(), count);
  }
  [[nodiscard]] std::string log(TrialId trial = 1) const {
    return read_file(log_file(directory_of(trial))).value();
  }
  [[nodiscard]] Nanos now() const { return clock_.monotonic(); }
  /// Whether any process was started in our folder still runs: those that print to it go on
  /// growing it.
  [[nodiscard]] bool grows(const std::string& file) const {
    const auto size = [&] {
      struct stat status {};
      return ::stat((folder_ + "/" + file).c_str(), &status) == 0 ? status.st_size : 0;
    };
    const auto before = size();
    ::usleep(100000);
    return size() != before;
  }

  SystemClock clock_;
  std::string folder_;
  std::unique_ptr<ProcessExecutor> executor_;
  std::vector<Said> said_;
  double length_ = 0;
};

TEST_P(ProcessExecutorTest, HearsWhatIsSaid) {
  shell(
      "echo 'Epoch 1/3'; echo 'loss: 0.5 - acc: 0.25'; echo 'Epoch 2/3' >&2; echo 'acc: 0.5' "
      ">&2");
  const Exited exited = exit_of();
  EXPECT_EQ(exited.exit_code, 0);
  EXPECT_FALSE(exited.by_us);
  EXPECT_EQ(exited.token, 10U);
  ASSERT_EQ(said_.size(), 3U);
  EXPECT_EQ(length_, 3);
  for (const Said& said : said_) {
    EXPECT_EQ(said.trial, 1U);
    EXPECT_EQ(said.token, 10U);
    EXPECT_GE(said.elapsed, 0);
    EXPECT_LE(said.elapsed, exited.elapsed);
  }
  EXPECT_NE(log().find("loss: 0.5 - acc: 0.25\n"), std::string::npos);
  EXPECT_NE(log().find("Epoch 2/3\n"), std::string::npos);
}

TEST_P(ProcessExecutorTest, HearsWhileItRuns) {
  shell("echo acc: 0.25; sleep 60");
  hear(1);
  EXPECT_EQ(said_[0].value, 0.25);
  EXPECT_EQ(said_[0].step, std::nullopt);
  executor_->end(1, kGenerous);
  EXPECT_EQ(exit_of().exit_code, 128 + SIGTERM);
}

TEST_P(ProcessExecutorTest, HalfALineIsWaitedForAndHeardAtTheEnd) {
  shell("printf 'acc: 0.2'; sleep 0.05; printf 5");
  exit_of();
  ASSERT_EQ(said_.size(), 1U);
  EXPECT_EQ(said_[0].value, 0.25);
}

TEST_P(ProcessExecutorTest, GivesEnvironmentParametersAndFolders) {
  shell(
      "test -d $HPOPT_CHECKPOINT_DIR && cat $HPOPT_PARAMS && "
      "echo $HPOPT_STUDY $HPOPT_TRIAL $HPOPT_SEED $HPOPT_FIDELITY_EPOCHS $PYTHONUNBUFFERED && "
      "test -S $HPOPT_REPORT && pwd");
  EXPECT_EQ(exit_of().exit_code, 0);
  EXPECT_EQ(log(), "{\"lr\":0.5}\ns 1 3 9 1\n" + folder_ + "\n");
  struct stat status {};
  ASSERT_EQ(::stat(log_file(directory_of(1)).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_P(ProcessExecutorTest, WhereMemoryIsShortTrialsAreKilledBeforeUs) {
  int ours = 0;
  std::ifstream("/proc/self/oom_score_adj") >> ours;
  shell(fmt::format(
      "until [ $(cat /proc/self/oom_score_adj) -gt {} ]; do sleep 0.01; done; echo weighs more",
      ours));
  (void)exit_of();
  EXPECT_EQ(log(), "weighs more\n");
}

TEST_P(ProcessExecutorTest, InputIsEmpty) {
  shell("cat; echo end");
  EXPECT_EQ(exit_of().exit_code, 0);
  EXPECT_EQ(log(), "end\n");
}

TEST_P(ProcessExecutorTest, ExitCodesAndLastLines) {
  shell("echo one; echo two >&2; exit 7");
  const Exited exited = exit_of();
  EXPECT_EQ(exited.exit_code, 7);
  EXPECT_NE(exited.last_lines.find("two"), std::string::npos);
  EXPECT_EQ(exited.memory, Memory::kEnough);
}

TEST_P(ProcessExecutorTest, AMissingProgramIsAnError) {
  const Status started = executor_->start(launch({"./train"}));
  ASSERT_FALSE(started.ok());
  EXPECT_NE(started.error().message().find("'./train' is missing"), std::string::npos);
  Launch elsewhere = launch({"true"});
  elsewhere.directory = folder_ + "/none";
  EXPECT_NE(executor_->start(elsewhere).error().message().find("working directory"),
            std::string::npos);
  EXPECT_TRUE(executor_->wait(now()).empty());
}

TEST_P(ProcessExecutorTest, ABadRegexIsAnErrorAtTheStart) {
  Objective objective = accuracy();
  objective.regex = "no group";
  make({objective});
  EXPECT_NE(executor_->start(launch({"true"})).error().message().find("groups"), std::string::npos);
}

TEST_P(ProcessExecutorTest, MuchOutputDoesNotBlock) {
  shell(
      "i=0; while [ $i -lt 2000 ]; do echo \"step $i: acc: 0.5 and some text that fills the "
      "pipe, "
      "and more of it, and more of it, and more\"; i=$((i+1)); done; echo step 2000 acc: 0.75");
  EXPECT_EQ(exit_of().exit_code, 0);
  EXPECT_EQ(said_.back().value, 0.75);
  EXPECT_EQ(said_.back().step, 2001);  // it counts from 0
}

TEST_P(ProcessExecutorTest, RepeatsOfAStepInOneBatchAreOne) {
  shell("for i in 1 2 3 4 5; do printf \"epoch 1 acc: 0.$i\\r\"; done; echo; sleep 0.05");
  exit_of();
  ASSERT_FALSE(said_.empty());
  EXPECT_EQ(said_.back().value, 0.5);
}

TEST_P(ProcessExecutorTest, TermIsHeardAndItsLastWordsToo) {
  shell("trap 'echo acc: 0.75; exit 3' TERM; echo acc: 0.5; while :; do sleep 0.01; done");
  hear(1);
  executor_->end(1, kGenerous);
  const Exited exited = exit_of();
  EXPECT_EQ(exited.exit_code, 3);
  EXPECT_TRUE(exited.by_us);
  EXPECT_EQ(said_.back().value, 0.75);
}

TEST_P(ProcessExecutorTest, WhoIgnoresTermIsKilledAfterItsGrace) {
  shell("trap '' TERM; echo acc: 0.5; while :; do sleep 0.01; done");
  hear(1);
  executor_->end(1, std::chrono::milliseconds(50));
  const Exited exited = exit_of();
  EXPECT_EQ(exited.exit_code, 128 + SIGKILL);
  EXPECT_TRUE(exited.by_us);
  EXPECT_EQ(exited.memory, Memory::kEnough);
}

TEST_P(ProcessExecutorTest, GrandchildrenAndDaemonsGoWithIt) {
  shell(
      "setsid sh -c 'trap \"\" TERM; while :; do echo x >>daemon; sleep 0.01; done' & "
      "echo acc: 0.5; wait");
  hear(1);
  executor_->end(1, std::chrono::milliseconds(20));
  exit_of();
  EXPECT_FALSE(grows("daemon"));
}

TEST_P(ProcessExecutorTest, WhatIsLeftBehindAtANormalExitIsEnded) {
  shell(
      "(setsid sh -c 'trap \"\" TERM; while :; do echo x >>daemon; sleep 0.01; done' &) ; "
      "while [ ! -e daemon ]; do sleep 0.01; done; echo acc: 0.5");
  const Exited exited = exit_of();
  EXPECT_EQ(exited.exit_code, 0);
  EXPECT_FALSE(exited.by_us);
  EXPECT_EQ(said_.size(), 1U);
  EXPECT_FALSE(grows("daemon"));
}

TEST_P(ProcessExecutorTest, APipeThatIsHeldOpenIsNotWaitedFor) {
  shell("sleep 600 & echo acc: 0.5");
  EXPECT_EQ(exit_of().exit_code, 0);
  EXPECT_EQ(said_.size(), 1U);
}

TEST_P(ProcessExecutorTest, AHeldTrialMakesNoProgressAndGoesOnAfterAThaw) {
  shell("i=0; while :; do i=$((i+1)); echo x >>work; echo step $i acc: 0.5; sleep 0.01; done");
  hear(2);
  ASSERT_TRUE(executor_->hold(1).ok());
  ::usleep(50000);  // one that was just being started is stopped as well
  EXPECT_FALSE(grows("work"));
  for (const Event& event : executor_->wait(now())) {
    if (const auto* said = std::get_if<Said>(&event)) {
      EXPECT_EQ(said->token, 10U);
    }
  }
  EXPECT_TRUE(executor_->wait(now() + std::chrono::milliseconds(50)).empty());
  const std::size_t heard = said_.size();
  const double before = said_.back().elapsed;
  ::usleep(500000);
  ASSERT_TRUE(executor_->thaw(1, 77).ok());
  hear(heard + 3);
  EXPECT_EQ(said_.back().token, 77U);
  EXPECT_LT(said_[heard].elapsed, before + 0.5);  // the pause does not count
  executor_->end(1, std::chrono::seconds(0));
  EXPECT_EQ(exit_of().token, 77U);
}

TEST_P(ProcessExecutorTest, FreezeAllReachesWhoIsToldToGoAndWhoIsLeaving) {
  const std::string stubborn = "trap '' TERM; while :; do echo x >> ";
  shell(stubborn + "one; sleep 0.01; done", 1);
  shell("(" + stubborn + "two; sleep 0.01; done) & exit 0", 2);
  while (!grows("one")) executor_->wait(now() + kShort);
  executor_->end(1, std::chrono::seconds(2));
  executor_->wait(now() + kShort);
  executor_->freeze_all();
  EXPECT_FALSE(grows("one"));
  EXPECT_FALSE(grows("two"));
  ::usleep(2100000);  // longer than the grace
  executor_->continue_all();
  executor_->wait(now() + kShort);
  EXPECT_TRUE(grows("one")) << "the time of the pause is none of its grace";
  EXPECT_TRUE(exit_of(1).by_us);
}

TEST_P(ProcessExecutorTest, WhatWasKeptBackIsHeardWhenItIsHeld) {
  shell(
      "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo \"acc: 0.$((i == 2000 ? 9 : 5))\"; done; "
      "touch said; sleep 300");
  while (!std::filesystem::exists(folder_ + "/said")) ::usleep(1000);
  const auto said = executor_->hold(1);
  ASSERT_TRUE(said.ok());
  double best = 0;
  for (const Event& event : *said) best = std::max(best, std::get<Said>(event).value);
  EXPECT_EQ(best, 0.9);
}

TEST_P(ProcessExecutorTest, AHeldTrialCanBeEnded) {
  shell("trap 'echo acc: 0.75; exit 3' TERM; echo acc: 0.5; while :; do sleep 0.01; done");
  hear(1);
  ASSERT_TRUE(executor_->hold(1).ok());
  executor_->end(1, kGenerous);
  EXPECT_EQ(exit_of().exit_code, 3);
  EXPECT_EQ(said_.back().value, 0.75);
}

TEST_P(ProcessExecutorTest, WhoIsGoneCannotBeHeld) {
  EXPECT_EQ(executor_->hold(1).error().code, Code::kUnavailable);
  shell("exit 0");
  ::usleep(100000);
  EXPECT_EQ(executor_->hold(1).error().code, Code::kUnavailable);
  EXPECT_EQ(exit_of().exit_code, 0);
}

TEST_P(ProcessExecutorTest, KillAllLeavesNothing) {
  shell(
      "trap '' TERM; setsid sh -c 'while :; do echo x >>one; sleep 0.01; done' & echo acc: 1; "
      "wait",
      1);
  shell("trap '' TERM; echo acc: 2; sleep 60", 2);
  hear(2);
  ASSERT_TRUE(executor_->hold(2).ok());
  EXPECT_TRUE(executor_->kill_all(now() + kGenerous).empty());
  EXPECT_FALSE(grows("one"));
  int exits = 0;
  for (const Event& event : executor_->wait(now())) {
    if (const auto* exited = std::get_if<Exited>(&event)) {
      EXPECT_TRUE(exited->by_us);
      EXPECT_EQ(exited->exit_code, 128 + SIGKILL);
      ++exits;
    }
  }
  EXPECT_EQ(exits, 2);
  shell("exit 5", 3);  // it can go on
  EXPECT_EQ(exit_of(3).exit_code, 5);
}

TEST_P(ProcessExecutorTest, WhoEndedBeforeTheDeadlineIsNotTakenForKilled) {
  for (const int code : {0, 3}) {
    make();
    shell("exit " + std::to_string(code));
    const std::vector<pid_t> members = executor_->processes()[1];
    for (const pid_t member : members) {
      while (read_process(member).value_or(ProcessStatus{.state = 'Z'}).state != 'Z')
        ::usleep(1000);
    }
    executor_->set_deadline(now());
    const Exited exited = exit_of();
    EXPECT_EQ(exited.exit_code, code);
    EXPECT_FALSE(exited.by_us);
  }
}

TEST_P(ProcessExecutorTest, WhoIsKilledAtTheDeadlineIsKilledByUs) {
  shell("sleep 300");
  executor_->set_deadline(now());
  const Exited killed = exit_of();
  EXPECT_EQ(killed.exit_code, 128 + SIGKILL);
  EXPECT_TRUE(killed.by_us);
}

TEST_P(ProcessExecutorTest, OutOfMemoryIsTold) {
  shell("echo 'RuntimeError: CUDA out of memory. Tried to allocate 2 GiB' >&2; exit 1", 1);
  EXPECT_EQ(exit_of(1).memory, Memory::kDevice);
  shell("kill -KILL $$", 2);
  EXPECT_EQ(exit_of(2).memory, Memory::kHost);
  shell("bash -c 'kill -KILL $$'; exit $?", 3);
  EXPECT_EQ(exit_of(3).memory, Memory::kHost);
  shell("echo 'no out of memory so far'; exit 1", 4);
  EXPECT_EQ(exit_of(4).memory, Memory::kEnough);
  shell("echo 'CUDA out of memory'; seq 100; exit 1", 5);  // long ago
  EXPECT_EQ(exit_of(5).memory, Memory::kEnough);
}

TEST_P(ProcessExecutorTest, ATrialMayReportThatMemoryWasShort) {
  shell(R"(echo '{"out_of_memory":"gpu"}' >> "$HPOPT_REPORT_FILE"; exit 0)", 1);
  const Exited exited = exit_of(1);
  EXPECT_EQ(exited.memory, Memory::kDevice);
  EXPECT_TRUE(exited.memory_reported);
  EXPECT_TRUE(said_.empty());
}

TEST_P(ProcessExecutorTest, AWakeUpEndsAWait) {
  const UniqueFd wake(::eventfd(0, EFD_CLOEXEC));
  executor_ = std::make_unique<ProcessExecutor>(
      ProcessExecutorOptions{.wake_fd = wake.get(), .containment = GetParam()});
  shell("sleep 60");
  const std::uint64_t one = 1;
  ASSERT_EQ(::write(wake.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  EXPECT_TRUE(executor_->wait(now() + kGenerous).empty());
  executor_->kill_all(now() + kGenerous);
}

TEST_P(ProcessExecutorTest, ReportsComeByTheSocketAndAreAnswered) {
  shell("sleep 60");
  ReportClient client(report_socket(directory_of(1), 10), "");
  const auto ask = [&](double value) {
    Result<ReportAnswer> answer = ReportAnswer::kContinue;
    std::thread asker([&] { answer = client.report({"", 3, value}, 20000); });
    hear(said_.size() + 1);
    executor_->answer(1, value > 0.5);
    executor_->wait(now());
    asker.join();
    return answer.value();
  };
  EXPECT_EQ(ask(0.75), ReportAnswer::kContinue);
  EXPECT_EQ(said_.back().value, 0.75);
  EXPECT_EQ(said_.back().step, 3.0);
  EXPECT_EQ(said_.back().metric, "");
  EXPECT_EQ(ask(0.25), ReportAnswer::kStop);
  executor_->end(1, std::chrono::seconds(0));
  exit_of();
  EXPECT_NE(::access(report_socket(directory_of(1), 10).c_str(), F_OK), 0);
}

TEST_P(ProcessExecutorTest, WhoSpeaksByTheSocketHearsStopBeforeTheSignal) {
  shell("trap 'echo TERM; exit 3' TERM; while test ! -e go; do sleep 0.01; done; echo left");
  ReportClient client(report_socket(directory_of(1), 10), "");
  Result<ReportAnswer> answer = ReportAnswer::kContinue;
  std::thread asker([&] {
    answer = client.report({"", 3, 0.5}, 20000);
    ASSERT_TRUE(write_file_atomic(folder_ + "/go", "").ok());
  });
  hear(1);
  executor_->answer(1, false);
  executor_->end(1, kGenerous);
  const Exited exited = exit_of();
  asker.join();
  EXPECT_EQ(answer.value(), ReportAnswer::kStop);
  EXPECT_EQ(exited.exit_code, 0);
  EXPECT_TRUE(exited.by_us);
  EXPECT_EQ(log(), "left\n");
}

TEST_P(ProcessExecutorTest, WhoSpeaksByTheSocketAndDoesNotLeaveGetsTheSignals) {
  shell("trap 'echo TERM' TERM; while :; do sleep 0.01; done");
  ReportClient client(report_socket(directory_of(1), 10), "");
  std::thread asker([&] { (void)client.report({"", 3, 0.5}, 20000); });
  hear(1);
  executor_->end(1, std::chrono::milliseconds(400));
  EXPECT_EQ(exit_of().exit_code, 128 + SIGKILL);
  asker.join();
  EXPECT_NE(log().find("TERM\n"), std::string::npos);
}

TEST_P(ProcessExecutorTest, WhoIsHeldIsToldToGoOnWhenItIsThawed) {
  shell("sleep 60");
  ReportClient client(report_socket(directory_of(1), 10), "");
  Result<ReportAnswer> answer = ReportAnswer::kStop;
  std::thread asker([&] { answer = client.report({"", 3, 0.5}, 20000); });
  hear(1);
  executor_->answer(1, false);
  ASSERT_TRUE(executor_->hold(1).ok());
  executor_->wait(now());
  ASSERT_TRUE(executor_->thaw(1, 11).ok());
  executor_->wait(now());
  asker.join();
  EXPECT_EQ(answer.value(), ReportAnswer::kContinue);
  executor_->end(1, std::chrono::seconds(0));
  exit_of();
}

TEST_P(ProcessExecutorTest, ReportsComeByTheFileToo) {
  shell(R"(echo '{"step":2,"value":0.5}' >>$HPOPT_REPORT_FILE)");
  exit_of();
  ASSERT_EQ(said_.size(), 1U);
  EXPECT_EQ(said_[0].step, 2.0);
}

TEST_P(ProcessExecutorTest, ReportsThatBeginAtZeroAreCountedFromOneInLaterRunsToo) {
  const auto say = [&](Token token, std::vector<const char*> lines) {
    std::string script;
    for (const char* line : lines) script += fmt::format("echo '{}' >>$HPOPT_REPORT_FILE;", line);
    Launch run = launch({"sh", "-c", script});
    run.token = token;
    said_.clear();
    ASSERT_TRUE(executor_->start(run).ok());
    exit_of();
  };
  say(21, {R"({"step":0,"value":0.5})", R"({"step":1,"value":0.6})",
           R"({"metric":"loss","step":1,"value":3})"});
  ASSERT_EQ(said_.size(), 3U);
  EXPECT_EQ(said_[0].step, 1.0);
  EXPECT_EQ(said_[1].step, 2.0);
  EXPECT_EQ(said_[2].step, 1.0) << "each metric counts as it does";
  say(22, {R"({"step":2,"value":0.7})"});
  ASSERT_EQ(said_.size(), 1U);
  EXPECT_EQ(said_[0].step, 3.0);
}

TEST_P(ProcessExecutorTest, AnEarlierRunOfATrialIsNotHeard) {
  shell("echo $HPOPT_REPORT_FILE >file; echo $HPOPT_REPORT >socket");
  exit_of();
  const auto kept = [&](const char* name) {
    return std::string(trim(read_file(folder_ + "/" + name).value()));
  };
  ReportClient earlier(kept("socket"), kept("file"));
  Launch again = launch({"sh", "-c", "echo >ready; while [ -f ready ]; do sleep 0.01; done"});
  again.token = 99;
  ASSERT_TRUE(executor_->start(again).ok());
  EXPECT_TRUE(earlier.report({"", 7, 0.9}).ok());  // into the file that nobody reads
  while (!std::filesystem::exists(folder_ + "/ready")) executor_->wait(now() + kShort);
  std::filesystem::remove(folder_ + "/ready");
  exit_of();
  EXPECT_TRUE(said_.empty());
}

TEST_P(ProcessExecutorTest, ADeepFolderStillHasAReportSocket) {
  Launch deep = launch({"sh", "-c", "test -S $HPOPT_REPORT"});
  deep.trial_directory += "/" + std::string(120, 'd');
  ASSERT_TRUE(executor_->start(deep).ok());
  EXPECT_EQ(exit_of().exit_code, 0);
}

TEST_P(ProcessExecutorTest, AMetricFileIsRead) {
  Objective objective = accuracy();
  objective.source = "${trial_dir}/log.csv";
  make({objective});
  shell(
      "echo acc: 7; cd ${HPOPT_PARAMS%/*}; echo epoch,acc >log.csv; echo 1,0.5 >>log.csv; echo "
      "2,0.75 >>log.csv");
  exit_of();
  ASSERT_EQ(said_.size(), 2U);
  EXPECT_EQ(said_[1].value, 0.75);
  EXPECT_EQ(said_[1].step, 2.0);
}

TEST_P(ProcessExecutorTest, AMetricFileIsReadToItsEndAfterTheTrial) {
  Objective objective = accuracy();
  objective.source = "log.jsonl";
  make({objective});
  shell(
      "yes '{\"epoch\": 1, \"acc\": 0.5}' | head -n 20000 >log.jsonl; echo '{\"epoch\": 2, "
      "\"acc\": "
      "0.75}' >>log.jsonl");
  exit_of();
  ASSERT_FALSE(said_.empty());
  EXPECT_EQ(said_.back().value, 0.75);
}

TEST_P(ProcessExecutorTest, AMetricFileThatIsMissingIsTold) {
  Objective objective = accuracy();
  objective.source = "log.csv";
  make({objective});
  shell("mkfifo log.csv; sleep 0.01", 1);
  EXPECT_NE(exit_of(1).source_trouble.find("is no plain file"), std::string::npos);
  shell("rm log.csv", 2);
  EXPECT_EQ(exit_of(2).source_trouble, "metric.source '" + folder_ + "/log.csv' was never written");
  shell("echo acc >log.csv; echo 0.5 >>log.csv", 3);
  EXPECT_EQ(exit_of(3).source_trouble, "");
}

TEST_P(ProcessExecutorTest, ATrialThatReplacedItsFilesRunsAgain) {
  shell(
      "cd ${HPOPT_PARAMS%/*}; echo mine >../mine; rm log params.json; mkfifo log; "
      "ln -s ../mine params.json");
  exit_of();
  shell("cat $HPOPT_PARAMS");
  EXPECT_EQ(exit_of().exit_code, 0);
  EXPECT_EQ(log(), "{\"lr\":0.5}\n");
  EXPECT_EQ(read_file(folder_ + "/trials/mine").value(), "mine\n");
}

TEST_P(ProcessExecutorTest, AFailureIsSeenWhereChildrenWereIgnored) {
  executor_.reset();
  ::signal(SIGCHLD, SIG_IGN);
  make();
  shell("exit 7");
  EXPECT_EQ(exit_of().exit_code, 7);
  ::signal(SIGCHLD, SIG_DFL);
}

TEST_P(ProcessExecutorTest, AnExitThatNobodyCanTellIsAFailure) {
  shell("echo acc: 0.5; sleep 0.1");
  hear(1);
  ::signal(SIGCHLD, SIG_IGN);
  EXPECT_EQ(exit_of().exit_code, 125);
  ::signal(SIGCHLD, SIG_DFL);
}

TEST_P(ProcessExecutorTest, KillAllReachesManyProcessesAtOnce) {
  for (TrialId trial = 1; trial <= 4; ++trial) {
    shell(
        "trap '' TERM; i=0; while [ $i -lt 50 ]; do sleep 60 & i=$((i+1)); done; echo acc: 1; wait",
        trial);
  }
  hear(4);
  EXPECT_TRUE(executor_->kill_all(now() + kGenerous).empty());
  EXPECT_TRUE(exit_of(4).by_us);
}

TEST_P(ProcessExecutorTest, KillAllReachesWhoseFirstThreadHasEnded) {
  const char* const script =
      "import ctypes, threading, time\n"
      "def work():\n  time.sleep(0.05)\n  print('acc: 1', flush=True)\n  time.sleep(60)\n"
      "threading.Thread(target=work).start()\n"
      "ctypes.CDLL(None).syscall(60, 0)\n";  // exit of this thread alone, on x86-64
  ASSERT_TRUE(executor_->start(launch({"python3", "-c", script})).ok());
  hear(1);
  EXPECT_TRUE(executor_->kill_all(now() + kGenerous).empty());
  EXPECT_EQ(exit_of().exit_code, 128 + SIGKILL);
}

TEST_P(ProcessExecutorTest, ATerminalWhenAskedFor) {
  make({accuracy()}, true);
  shell("test -t 1 && test -t 2 && echo acc: 0.5");
  EXPECT_EQ(exit_of().exit_code, 0);
  EXPECT_EQ(said_.size(), 1U);
}

TEST_P(ProcessExecutorTest, ItsProcessesAreKnownUnlessTheyAreHeld) {
  shell("sleep 60 & echo acc: 1; wait", 1);
  shell("echo acc: 1; exec sleep 60", 2);
  hear(2);
  EXPECT_EQ(executor_->processes().at(1).size(), 2U);
  EXPECT_EQ(executor_->processes().at(2).size(), 1U);
  ASSERT_TRUE(executor_->hold(2).ok());
  EXPECT_FALSE(executor_->processes().contains(2));
  executor_->kill_all(now() + kGenerous);
  EXPECT_TRUE(executor_->processes().empty());
}

TEST_P(ProcessExecutorTest, TheSameTrialRunsAgainAndItsLogGoesOn) {
  shell("echo first");
  exit_of();
  shell("echo second");
  exit_of();
  EXPECT_EQ(log(), "first\nsecond\n");
}

TEST_P(ProcessExecutorTest, WhatStillRunsGoesWithTheExecutor) {
  shell("trap '' TERM; while :; do echo x >>work; echo acc: 1; sleep 0.01; done");
  hear(1);
  executor_.reset();
  EXPECT_FALSE(grows("work"));
}

TEST_P(ProcessExecutorTest, Python) {
  ASSERT_TRUE(
      executor_
          ->start(launch({"python3", "-c",
                          "import time\nfor e in range(3):\n  print({'epoch': e, 'acc': e / 4})\n"
                          "time.sleep(0.01)"}))
          .ok());
  EXPECT_EQ(exit_of().exit_code, 0);
  ASSERT_EQ(said_.size(), 3U);
  EXPECT_EQ(said_[2].step, 3.0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ProcessExecutorTest,
                         ::testing::Values(ContainmentKind::kAuto, ContainmentKind::kCgroup,
                                           ContainmentKind::kNamespace, ContainmentKind::kSweeps),
                         testing::kind_name);

}  // namespace
}  // namespace hpopt
