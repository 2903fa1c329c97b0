// What a suggestion of the Parzen estimator costs, facts and state included: 10 parameters, one
// report a trial. bench/overhead compares it with Optuna's.
#include <benchmark/benchmark.h>

#include "sampler/suggest_loop.h"

namespace hpopt {
namespace {

using testing::SuggestLoop;

constexpr int kParameters = 10;

void suggest_and_tell_from_nothing(benchmark::State& state) {
  for (auto _ : state) {
    SuggestLoop loop(Method::kTpe, kParameters);
    loop.grow_to(static_cast<std::size_t>(state.range(0)));
    loop.check_answer();
  }
  state.counters["trials"] = static_cast<double>(state.range(0));
}
BENCHMARK(suggest_and_tell_from_nothing)->Arg(1000)->Arg(2000)->Unit(benchmark::kMillisecond);

void suggest_and_tell_after(benchmark::State& state) {
  SuggestLoop loop(Method::kTpe, kParameters);
  loop.grow_to(static_cast<std::size_t>(state.range(0)));
  loop.check_answer();
  for (auto _ : state) loop.suggest_and_tell();
}
BENCHMARK(suggest_and_tell_after)
    ->Arg(1000)
    ->Arg(10'000)
    ->Iterations(1000)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace hpopt
