// How fast the SQLite journal takes facts and gives them back. Each benchmark checks its answer.
// bench/journal/run.sh runs it beside the peers.
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/text.h"
#include "base/unique_fd.h"
#include "storage/open_store.h"
#include "storage/testing.h"
#include "study/fold.h"
#include "study/testing.h"

namespace hpopt {
namespace {

using testing::fact;

double seconds_now() { return seconds(SystemClock().monotonic()); }

/// A store with one study in a folder of its own.
struct BenchStore {
  testing::TemporaryFolder folder;
  std::string locator = folder.path() + "/store";
  std::string study = open_store(locator, true).value()->create(testing::created(), {}).value();

  [[nodiscard]] std::unique_ptr<Journal> journal() const {
    return open_store(locator, false).value()->open(study).value();
  }
  [[nodiscard]] StudyState folded() const {
    StudyState state;
    (void)fold(*journal(), state).value();
    return state;
  }
};

struct Pipe {
  Pipe() {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("pipe");
    output.reset(ends[0]);
    input.reset(ends[1]);
  }
  UniqueFd output;
  UniqueFd input;
};

/// A process's share of the work: opens its journal, then waits for `start`, then works.
using Work = std::function<void(Journal& journal, int process)>;

void run_child(const BenchStore& store, int process, const Work& work, Pipe& ready, Pipe& start) {
  start.input.reset();
  const auto journal = store.journal();
  char token = 1;
  if (write(ready.input.get(), &token, 1) != 1) _exit(1);
  (void)!read(start.output.get(), &token, 1);  // the end of the pipe is the signal
  try {
    work(*journal, process);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    _exit(1);
  }
  _exit(0);
}

/// Seconds from the common start of `processes` to the end of the last.
double run_together(const BenchStore& store, int processes, const Work& work) {
  Pipe ready;
  Pipe start;
  for (int process = 0; process < processes; ++process) {
    if (fork() == 0) run_child(store, process, work, ready, start);
  }
  char token = 0;
  for (int i = 0; i < processes; ++i) (void)!read(ready.output.get(), &token, 1);
  const double began = seconds_now();
  start.input.reset();
  bool sound = true;
  for (int i = 0; i < processes; ++i) {
    int status = 0;
    sound = wait(&status) > 0 && status == 0 && sound;
  }
  if (!sound) throw std::runtime_error("a process failed");
  return seconds_now() - began;
}

void append_all(Journal& journal, std::vector<Fact> facts, Durability durability) {
  (void)journal.append(facts, durability).value();
}

/// The longest that any process waited for one append, in seconds: memory that all share.
class WorstWait {
 public:
  WorstWait()
      : seconds_(static_cast<std::atomic<double>*>(::mmap(nullptr, sizeof(std::atomic<double>),
                                                          PROT_READ | PROT_WRITE,
                                                          MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    if (seconds_ == MAP_FAILED) throw std::runtime_error("mmap");
  }
  WorstWait(const WorstWait&) = delete;
  WorstWait& operator=(const WorstWait&) = delete;
  ~WorstWait() { ::munmap(seconds_, sizeof(std::atomic<double>)); }

  void note(double wait) {
    double worst = seconds_->load();
    while (wait > worst && !seconds_->compare_exchange_weak(worst, wait)) {
    }
  }
  [[nodiscard]] double seconds() const { return seconds_->load(); }

 private:
  std::atomic<double>* seconds_;
};

/// Reports a second: processes, reports an append. An append that fails, as by "database is
/// locked", ends the benchmark.
void reports(benchmark::State& bench) {
  constexpr std::uint32_t kReports = 40'960;
  const auto processes = static_cast<int>(bench.range(0));
  const auto batch = static_cast<std::uint32_t>(bench.range(1));
  const std::uint32_t each = kReports / static_cast<std::uint32_t>(processes);
  WorstWait worst;
  for (auto _ : bench) {
    const BenchStore store;
    std::vector<Fact> trials;
    for (TrialId trial = 1; trial <= static_cast<TrialId>(processes); ++trial) {
      trials.push_back(fact(testing::suggested(trial, 0.01 * trial)));
      trials.push_back(fact(testing::started(trial, 0, trial)));
    }
    append_all(*store.journal(), trials, Durability::kSynced);
    bench.SetIterationTime(run_together(store, processes, [&](Journal& journal, int process) {
      const auto trial = static_cast<TrialId>(process + 1);
      for (std::uint32_t i = 1; i <= each; i += batch) {
        std::vector<Fact> facts;
        for (std::uint32_t k = i; k < i + batch; ++k) {
          facts.push_back(fact(testing::reported(trial, trial, k, k, 0.5)));
        }
        const double began = seconds_now();
        append_all(journal, std::move(facts), Durability::kBatched);
        worst.note(seconds_now() - began);
      }
    }));
    const StudyState state = store.folded();
    for (const TrialRecord& trial : state.trials()) {
      if (trial.reports.size() != each) bench.SkipWithError("reports are missing");
    }
  }
  bench.counters["worst_wait"] = worst.seconds();
  bench.counters["reports_per_second"] =
      benchmark::Counter(kReports, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(reports)
    ->ArgNames({"processes", "batch"})
    ->Args({1, 1})
    ->Args({8, 1})
    ->Args({8, 16})
    ->Iterations(3)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

/// Suggests, starts, reports three times and ends one trial, as an engine does.
void run_one_trial(Journal& journal, StudyState& state, int process, int number) {
  for (;;) {
    (void)fold(journal, state).value();
    const auto trial = static_cast<TrialId>(state.trials().size() + 1);
    const Token token = state.last_token() + 1;
    Suggested suggested = testing::suggested(trial, 1e-5 * trial);
    suggested.request = fmt::format("{} {}", process, number);
    std::vector<Fact> facts = {fact(suggested), fact(testing::started(trial, 0, token))};
    const auto begun = journal.append(facts, Durability::kSynced);
    if (!begun && begun.error().code == Code::kConflict) continue;  // another was quicker
    (void)begun.value();
    for (std::uint32_t i = 1; i <= 3; ++i) {
      append_all(journal, {fact(testing::reported(trial, token, i, i, 0.5))}, Durability::kBatched);
    }
    append_all(journal, {fact(testing::ended(trial, token))}, Durability::kSynced);
    return;
  }
}

/// Whole trials a second from 8 processes: 2 parameters, 3 reports.
void trials(benchmark::State& bench) {
  constexpr int kTrials = 100;
  const auto processes = static_cast<int>(bench.range(0));
  for (auto _ : bench) {
    const BenchStore store;
    bench.SetIterationTime(run_together(store, processes, [](Journal& journal, int process) {
      StudyState state;
      for (int i = 0; i < kTrials; ++i) run_one_trial(journal, state, process, i);
    }));
    if (store.folded().counts().complete != processes * kTrials) {
      bench.SkipWithError("trials are missing");
    }
  }
  bench.counters["trials_per_second"] = benchmark::Counter(
      static_cast<double>(processes) * kTrials, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(trials)
    ->ArgName("processes")
    ->Arg(8)
    ->Iterations(3)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

constexpr TrialId kLargeTrials = 100'000;
constexpr std::uint32_t kLargeReports = 10;

void add_large_trial(std::vector<Fact>& facts, TrialId trial) {
  const double share = static_cast<double>(trial) / kLargeTrials;
  Suggested suggested{.trial = trial, .request = random_id()};
  suggested.configuration = {{"lr", 1e-5 + share},
                             {"width", static_cast<std::int64_t>(trial)},
                             {"optimizer", trial % 2 == 0 ? "sgd" : "adam"},
                             {"momentum", share / 3},
                             {"dropout", share / 7}};
  suggested.decision = {
      .by = "tpe", .reason = fmt::format("ratio {} among 24 candidates, 17 good trials", share)};
  facts.push_back(fact(std::move(suggested), 1));
  Started started = testing::started(trial, 0, trial);
  started.decision.reason = "first looked at after step 3";
  started.record =
      fmt::format(R"({{"seed":{},"host":"node17","devices":"0","commit":"4f9a2c1"}})", trial);
  facts.push_back(fact(std::move(started), 1));
  for (std::uint32_t i = 1; i <= kLargeReports; ++i) {
    facts.push_back(fact(testing::reported(trial, trial, i, i, share / i), 1));
  }
  Ended ended = testing::ended(trial, trial);
  ended.decision.reason = "reached its full length";
  facts.push_back(fact(std::move(ended), 1));
}

/// Fills the store in a process of its own, so that this one stays small.
void fill(const BenchStore& store) {
  (void)run_together(store, 1, [](Journal& journal, int) {
    append_all(journal, {fact(SessionOpened{"node17", 1, "0.1.0", "sweeps"}, 1)},
               Durability::kBatched);
    std::vector<Fact> facts;
    for (TrialId trial = 1; trial <= kLargeTrials; ++trial) {
      add_large_trial(facts, trial);
      if (trial % 500 == 0) append_all(journal, std::exchange(facts, {}), Durability::kBatched);
    }
  });
}

struct Opening {
  double seconds = 0;
  int complete = 0;
  long peak_kib = 0;  ///< Of the process that opened it.
};

Opening open_large(const BenchStore& store) {
  Pipe result;
  const pid_t child = fork();
  if (child == 0) {
    const double began = seconds_now();
    const StudyState state = store.folded();
    const Opening opening{seconds_now() - began, state.counts().complete, 0};
    _exit(write(result.input.get(), &opening, sizeof opening) == sizeof opening ? 0 : 1);
  }
  Opening opening;
  const bool told = read(result.output.get(), &opening, sizeof opening) == sizeof opening;
  rusage usage{};
  wait4(child, nullptr, 0, &usage);
  if (!told) throw std::runtime_error("the study could not be opened");
  opening.peak_kib = usage.ru_maxrss;
  return opening;
}

/// Leaves the store where the environment's LARGE_STORE says, for bench/journal/run.py.
void leave(const BenchStore& store) {
  const char* place = std::getenv("LARGE_STORE");
  if (place != nullptr) {
    std::filesystem::copy(store.locator, place, std::filesystem::copy_options::recursive);
  }
}

/// Opens a study of 100,000 trials with 10 reports each.
void open_large_study(benchmark::State& bench) {
  const BenchStore store;
  fill(store);
  leave(store);
  for (auto _ : bench) {
    const Opening opening = open_large(store);
    bench.SetIterationTime(opening.seconds);
    bench.counters["peak_mib"] = static_cast<double>(opening.peak_kib) / 1024;
    if (opening.complete != static_cast<int>(kLargeTrials))
      bench.SkipWithError("trials are missing");
  }
}
BENCHMARK(open_large_study)->Iterations(5)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace hpopt
