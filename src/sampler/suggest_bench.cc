// What a suggestion costs by the method that makes it: five parameters, a history drawn by chance.
// bench/suggest compares it with Optuna's.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include <benchmark/benchmark.h>

#include "sampler/suggest_loop.h"

namespace hpopt {
namespace {

using testing::SuggestLoop;

constexpr int kAxes = 5;

double now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

double resident_mebibytes() {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  file >> pages >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

/// Over 15% more trials, so over as many fits of a model as fall to them.
std::size_t measured_after(std::size_t done) {
  constexpr std::size_t kAtLeast = 10;
  constexpr std::size_t kAtMost = 150;
  return std::clamp(done * 15 / 100, kAtLeast, kAtMost);
}

/// After so many trials, while so many more are under way.
void suggest(benchmark::State& state, Method method) {
  const auto done = static_cast<std::size_t>(state.range(0));
  const std::size_t count = measured_after(done);
  for (auto _ : state) {
    SuggestLoop loop(method, kAxes);
    loop.put(done);
    loop.put_under_way(static_cast<std::size_t>(state.range(1)));
    loop.suggest_and_tell();
    double slowest = 0;
    const double begun = now();
    for (std::size_t i = 0; i < count; ++i) {
      const double before = now();
      loop.suggest_and_tell();
      slowest = std::max(slowest, now() - before);
    }
    state.SetIterationTime((now() - begun) / static_cast<double>(count));
    state.counters["slowest_ms"] = 1000 * slowest;
    loop.check_answer();
  }
}
BENCHMARK_CAPTURE(suggest, gp, Method::kGp)
    ->ArgsProduct({{50, 200, 500, 1000}, {0}})
    ->Args({200, 1000})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(suggest, tpe, Method::kTpe)
    ->ArgsProduct({{200, 1000, 10'000}, {0}})
    ->ArgsProduct({{200, 10'000}, {1000}})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(suggest, cmaes, Method::kCmaes)
    ->ArgsProduct({{200, 1000, 10'000}, {0}})
    ->ArgsProduct({{200, 10'000}, {1000}})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

/// Nothing is told, so what grows is the sampler's own.
void memory(benchmark::State& state, Method method) {
  constexpr std::size_t kDone = 200;
  constexpr int kFirst = 200;
  constexpr int kAll = 2000;
  SuggestLoop loop(method, kAxes);
  loop.put(kDone);
  for (auto _ : state) {
    for (int i = 0; i < kFirst; ++i) (void)loop.suggest();
    state.counters["after_200_mib"] = resident_mebibytes();
    for (int i = kFirst; i < kAll; ++i) (void)loop.suggest();
    state.counters["after_2000_mib"] = resident_mebibytes();
  }
}
BENCHMARK_CAPTURE(memory, gp, Method::kGp)->Iterations(1);
BENCHMARK_CAPTURE(memory, tpe, Method::kTpe)->Iterations(1);
BENCHMARK_CAPTURE(memory, cmaes, Method::kCmaes)->Iterations(1);

}  // namespace
}  // namespace hpopt
