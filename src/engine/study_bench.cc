// What hpopt costs a program that asks and tells, alone and beside others on one study.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "hpopt/hpopt.h"

namespace hpopt {
namespace {

constexpr std::int64_t kAsked = 1000;
constexpr std::int64_t kShared = 800;
constexpr int kProcesses = 8;

Space ten_parameters() {
  Space space;
  for (int i = 0; i < 10; ++i) {
    if (!space.add({.name = "x" + std::to_string(i), .domain = FloatDomain{0, 1}})) std::abort();
  }
  return space;
}

double value_of(const Trial& trial) {
  double sum = 0;
  for (const auto& [name, value] : trial.params()) sum += value.as_double() * value.as_double();
  return -sum;
}

/// In a folder of the working directory, so that its disk is the one that counts; or "memory:".
class Place {
 public:
  explicit Place(bool in_memory) {
    if (in_memory) return;
    if (mkdtemp(folder_.data()) == nullptr) std::abort();
    locator_ = folder_;
  }
  ~Place() {
    if (locator_ == folder_) std::filesystem::remove_all(folder_);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] const std::string& locator() const { return locator_; }

 private:
  std::string folder_ = "askXXXXXX";
  std::string locator_ = "memory:";
};

void count_trials(benchmark::State& state, std::int64_t trials) {
  state.counters["seconds_a_trial"] =
      benchmark::Counter(static_cast<double>(state.iterations() * trials),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void ask_and_tell(benchmark::State& state) {
  const Place place(state.range(0) == 0);
  int round = 0;
  for (auto _ : state) {
    auto study = Study::open("bench" + std::to_string(round++),
                             {.storage = place.locator(), .space = ten_parameters()})
                     .value();
    for (std::int64_t i = 0; i < kAsked; ++i) {
      auto trial = study.ask().value();
      if (!study.tell(trial, value_of(trial))) std::abort();
    }
    if (study.summary().complete != kAsked) state.SkipWithError("not all are complete");
  }
  count_trials(state, kAsked);
}
BENCHMARK(ask_and_tell)
    ->ArgName("sqlite")
    ->Arg(0)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

int optimize_in_a_process(const std::string& name, const std::string& storage) {
  auto study =
      Study::open(name, {.trials = kShared, .storage = storage, .space = ten_parameters()}).value();
  const Summary summary = study.optimize([](Trial& trial) { return value_of(trial); });
  if (summary.error) std::fprintf(stderr, "%s\n", summary.brief().c_str());
  return summary.error ? 1 : 0;
}

/// Forked before this process has threads: SQLite gives it none.
void processes_on_one_study(benchmark::State& state) {
  const Place place(false);
  int round = 0;
  for (auto _ : state) {
    const std::string name = "shared" + std::to_string(round++);
    std::vector<pid_t> children;
    for (int i = 0; i < state.range(0); ++i) {
      const pid_t child = fork();
      if (child == 0) _exit(optimize_in_a_process(name, place.locator()));
      children.push_back(child);
    }
    for (const pid_t child : children) {
      int status = 0;
      waitpid(child, &status, 0);
      if (status != 0) state.SkipWithError("a process failed");
    }
    const auto study = Study::open(name, {.storage = place.locator()}).value();
    if (study.summary().complete != kShared) state.SkipWithError(study.summary().brief().c_str());
  }
  count_trials(state, kShared);
}
BENCHMARK(processes_on_one_study)
    ->ArgName("processes")
    ->Arg(1)
    ->Arg(2)
    ->Arg(kProcesses)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace hpopt
