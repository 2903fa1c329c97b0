// What hpopt itself costs a trial: the same short process, bare and under `run_command`.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "engine/opening.h"
#include "engine/run_command.h"
#include "spec/study_spec.h"
#include "storage/open_store.h"

namespace hpopt {
namespace {

constexpr std::int64_t kTrials = 200;

/// Started, its output read to the end, reaped.
void run_bare() {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) std::abort();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  std::string program = "/bin/echo";
  std::string argument = "score: 1";
  std::array<char*, 3> argv{program.data(), argument.data(), nullptr};
  pid_t pid = 0;
  if (posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ) != 0)
    std::abort();
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::array<char, 256> buffer{};
  while (read(ends[0], buffer.data(), buffer.size()) > 0) {
  }
  close(ends[0]);
  int status = 0;
  waitpid(pid, &status, 0);
}

void bare_process(benchmark::State& state) {
  for (auto _ : state) {
    for (std::int64_t trial = 0; trial < kTrials; ++trial) run_bare();
  }
  state.counters["seconds_a_trial"] =
      benchmark::Counter(static_cast<double>(state.iterations() * kTrials),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(bare_process)->Unit(benchmark::kMillisecond)->UseRealTime();

void trial_in_run(benchmark::State& state) {
  std::string folder = "overheadXXXXXX";
  if (mkdtemp(folder.data()) == nullptr) std::abort();
  const SystemClock clock;
  auto store = open_store(folder, true).value();
  int round = 0;
  for (auto _ : state) {
    StudySpec spec;
    spec.name = "overhead" + std::to_string(round++);
    spec.command = {"/bin/echo", "score: ${x}"};
    spec.objectives = {{.name = "score"}};
    spec.run_cap = kTrials;
    if (!spec.space.add({.name = "x", .domain = FloatDomain{0, 1}})) std::abort();
    const auto opened =
        open_study(*store, Found{}, spec, "/", Choice::kAuto, std::nullopt, 1, clock).value();
    RunObserver silent;
    const Summary summary =
        run_command(*store, opened.study, {.store_directory = folder, .workers = 1}, silent, clock);
    if (summary.complete != kTrials) state.SkipWithError(summary.brief().c_str());
  }
  state.counters["seconds_a_trial"] =
      benchmark::Counter(static_cast<double>(state.iterations() * kTrials),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  store.reset();
  std::filesystem::remove_all(folder);
}
BENCHMARK(trial_in_run)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace hpopt
