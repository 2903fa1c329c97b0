#include "sampler/untried.h"

namespace hpopt {
namespace {

constexpr std::size_t kAttempts = 200;
constexpr std::size_t kMostEnumerated = 100'000;

}  // namespace

const std::vector<Configuration>* Untried::all(const Space& space) {
  if (parameters_seen_ != space.parameters().size()) {
    parameters_seen_ = space.parameters().size();
    all_ = space.enumerate(kMostEnumerated);
  }
  return all_ ? &*all_ : nullptr;
}

std::optional<Configuration> Untried::find(const Space& space, const History& history, Rng& rng,
                                           const Draw& draw) {
  for (std::size_t attempt = 0; attempt < kAttempts; ++attempt) {
    // What is moved gathers at the borders of what is allowed: drawing again comes first.
    const bool drawn_often = attempt >= kAttempts / 2;
    const std::vector<double> row = draw(attempt);
    auto found =
        history.fresh(drawn_often ? space.nearest_feasible(row) : space.feasible_from_unit(row));
    if (found) return found;
  }
  const std::vector<Configuration>* finite = all(space);
  if (finite == nullptr) return std::nullopt;
  std::vector<const Configuration*> left;
  for (const Configuration& candidate : *finite) {
    if (history.fresh(candidate) == candidate) left.push_back(&candidate);
  }
  if (left.empty()) return std::nullopt;
  return *left[rng.below(left.size())];
}

}  // namespace hpopt
