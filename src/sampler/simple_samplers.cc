#include "sampler/simple_samplers.h"

#include <fmt/format.h>

namespace hpopt {

std::optional<Proposal> DefaultFirst::propose(const Space& space, const History& history,
                                              Rng& rng) {
  auto defaults = history.fresh(space.default_configuration());
  if (defaults && !history.inherits(*defaults)) {
    return Proposal{std::move(*defaults), "default", "the defaults are tried first"};
  }
  return next_->propose(space, history, rng);
}

std::optional<Proposal> RandomSampler::propose(const Space& space, const History& history,
                                               Rng& rng) {
  const std::size_t dimensions = space.parameters().size();
  auto found = untried_.find(space, history, rng, [&](std::size_t) {
    std::vector<double> row(dimensions);
    for (double& coordinate : row) coordinate = rng.uniform();
    return row;
  });
  if (!found) return std::nullopt;
  return Proposal{std::move(*found), "random", "drawn from the prior"};
}

std::optional<Proposal> SobolSampler::propose(const Space& space, const History& history,
                                              Rng& rng) {
  const std::size_t dimensions = space.parameters().size();
  if (!sobol_ || sobol_->dimensions() != dimensions) sobol_.emplace(dimensions, seed_);
  const std::size_t index = history.observations();
  auto found = untried_.find(space, history, rng,
                             [&](std::size_t attempt) { return sobol_->point(index + attempt); });
  if (!found) return std::nullopt;
  return Proposal{
      std::move(*found), "sobol",
      fmt::format("point {} of a quasi-random sequence that covers the space evenly", index + 1)};
}

std::optional<Proposal> GridSampler::propose(const Space& space, const History& history, Rng& rng) {
  const std::vector<Configuration>* grid = untried_.all(space);
  if (grid == nullptr) {
    auto proposal = instead_.propose(space, history, rng);
    if (proposal) proposal->reason += "; the grid has no end, or too many points";
    return proposal;
  }
  if (generation_ != history.generation()) next_ = 0;
  generation_ = history.generation();
  while (next_ < grid->size() && history.tried((*grid)[next_])) ++next_;
  // One that would run out of memory is passed over: with a smaller batch it is another's point.
  std::size_t point = next_;
  while (point < grid->size() && history.fresh((*grid)[point]) != (*grid)[point]) ++point;
  if (point == grid->size()) return std::nullopt;
  return Proposal{(*grid)[point], "grid", fmt::format("point {} of {}", point + 1, grid->size())};
}

}  // namespace hpopt
