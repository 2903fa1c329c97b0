// Untried: turns draws into configurations that are valid and that nobody has tried.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/rng.h"
#include "hpopt/space.h"
#include "sampler/history.h"

namespace hpopt {

class Untried {
 public:
  /// Rows in unit coordinates, one an attempt.
  using Draw = std::function<std::vector<double>(std::size_t attempt)>;

  /// The first draw that is new; where draws only repeat themselves, any new point of a finite
  /// space. None: all of the space has been tried, or what is left can't be found.
  std::optional<Configuration> find(const Space& space, const History& history, Rng& rng,
                                    const Draw& draw);
  /// All configurations of a space that is finite and not vast; nullptr: it is not.
  const std::vector<Configuration>* all(const Space& space);

 private:
  std::size_t parameters_seen_ = static_cast<std::size_t>(-1);
  std::optional<std::vector<Configuration>> all_;
};

}  // namespace hpopt
