// A study in memory that grows by suggestions, for benchmarks: reals in [-5, 5], the sphere, one
// report a trial.
#pragma once

#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sampler/make_sampler.h"
#include "sampler/testing.h"

namespace hpopt::testing {

inline StudySpec sphere_spec(int parameters) {
  StudySpec spec;
  spec.objectives = {{.name = "loss", .maximize = false}};
  for (int i = 0; i < parameters; ++i) {
    spec.space.add({.name = "x" + std::to_string(i), .domain = FloatDomain{-5, 5}}).value();
  }
  return spec;
}

inline double sphere(const Configuration& configuration) {
  double sum = 0;
  for (const auto& [name, value] : configuration) sum += value.as_double() * value.as_double();
  return sum;
}

class SuggestLoop {
 public:
  SuggestLoop(Method method, int parameters)
      : study_(sphere_spec(parameters)), sampler_(make_sampler(method, 1)) {}

  [[nodiscard]] std::size_t trials() const { return study_.state.trials().size(); }

  Configuration suggest() {
    history_.sync(study_.state);
    Rng rng(1, trials() + 1);
    auto proposal = sampler_->propose(study_.state.space(), history_, rng);
    if (!proposal->model.empty()) study_.apply(Fitted{std::move(proposal->model)});
    return std::move(proposal->configuration);
  }

  void suggest_and_tell() { tell(suggest()); }

  void tell(Configuration configuration) {
    const double value = sphere(configuration);
    study_.whole_trial(std::move(configuration), value);
  }

  /// By what it suggests.
  void grow_to(std::size_t count) {
    while (trials() < count) suggest_and_tell();
  }

  /// By chance, which costs nothing.
  void put(std::size_t count) {
    while (trials() < count) tell(drawn());
  }

  void put_under_way(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) study_.start(study_.suggest(drawn()));
  }

  /// A benchmark that doesn't optimise measures nothing.
  void check_answer() const {
    const double best = *study_.state.score(*study_.state.find(study_.state.best()));
    if (best > 10) throw std::logic_error("the sampler didn't find the sphere's bottom");
  }

 private:
  Configuration drawn() {
    std::vector<double> row(study_.state.space().parameters().size());
    for (double& coordinate : row) coordinate = chance_.uniform();
    return study_.state.space().from_unit(row);
  }

  StudyUnderTest study_;
  std::unique_ptr<Sampler> sampler_;
  History history_;
  Rng chance_{1, 0};
};

}  // namespace hpopt::testing
