// What a suggestion costs, facts and state included: 10 parameters, one report a trial.
// bench/overhead compares the default sampler's with Optuna's.
#include <cmath>
#include <stdexcept>

#include <benchmark/benchmark.h>

#include "sampler/make_sampler.h"
#include "sampler/testing.h"

namespace hpopt {
namespace {

constexpr int kParameters = 10;

StudySpec numeric_spec() {
  StudySpec spec;
  Objective objective;
  objective.name = "loss";
  objective.maximize = false;
  spec.objectives = {objective};
  for (int i = 0; i < kParameters; ++i) {
    spec.space.add(Parameter{.name = "x" + std::to_string(i), .domain = FloatDomain{-5, 5}})
        .value();
  }
  return spec;
}

double sphere(const Configuration& configuration) {
  double sum = 0;
  for (const auto& [name, value] : configuration) sum += value.as_double() * value.as_double();
  return sum;
}

class Loop {
 public:
  explicit Loop(Method method) : study_(numeric_spec()), sampler_(make_sampler(method, 1)) {}

  void suggest_and_tell() {
    history_.sync(study_.state);
    Rng rng(1, study_.state.trials().size() + 1);
    auto proposal = sampler_->propose(study_.state.space(), history_, rng);
    const double value = sphere(proposal->configuration);
    study_.whole_trial(std::move(proposal->configuration), value);
  }

  void grow_to(std::size_t trials) {
    while (study_.state.trials().size() < trials) suggest_and_tell();
  }

  /// A benchmark that doesn't optimise measures nothing.
  void check_answer() const {
    const double best = *study_.state.score(*study_.state.find(study_.state.best()));
    if (best > 10) throw std::logic_error("the sampler didn't find the sphere's bottom");
  }

 private:
  testing::StudyUnderTest study_;
  std::unique_ptr<Sampler> sampler_;
  History history_;
};

void suggest_and_tell_from_nothing(benchmark::State& state) {
  for (auto _ : state) {
    Loop loop(Method::kAuto);
    loop.grow_to(static_cast<std::size_t>(state.range(0)));
    loop.check_answer();
  }
  state.counters["trials"] = static_cast<double>(state.range(0));
}
BENCHMARK(suggest_and_tell_from_nothing)->Arg(1000)->Arg(2000)->Unit(benchmark::kMillisecond);

void go_on_after(benchmark::State& state, Method method) {
  Loop loop(method);
  loop.grow_to(static_cast<std::size_t>(state.range(0)));
  loop.check_answer();
  for (auto _ : state) loop.suggest_and_tell();
}

void after_so_many(benchmark::internal::Benchmark* measured) {
  measured->Arg(1000)->Arg(10'000)->Iterations(1000)->Unit(benchmark::kMicrosecond);
}

void suggest_and_tell_after(benchmark::State& state) { go_on_after(state, Method::kAuto); }
BENCHMARK(suggest_and_tell_after)->Apply(after_so_many);

void cmaes_after(benchmark::State& state) { go_on_after(state, Method::kCmaes); }
BENCHMARK(cmaes_after)->Apply(after_so_many);

}  // namespace
}  // namespace hpopt
