// Acquisition: the search for the points with the greatest reward.
//
// Quasi-random points and points near the best ones are ranked; from the best of them the reals are
// improved by BoundedLbfgs and, in turn, each discrete coordinate by trying its values (as Optuna's
// GPSampler does).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/rng.h"
#include "sampler/layout.h"
#include "sampler/reward.h"

namespace hpopt {

struct AcquisitionOptions {
  std::size_t quasi_random = 512;
  std::size_t sprayed = 256;
  std::size_t starts = 6;
  int rounds = 3;  ///< Of reals and discrete coordinates in turn.
};

/// Where it is looked for.
struct AcquisitionArea {
  const Layout& layout;
  std::vector<std::vector<double>> near;  ///< Points around which others are sprayed; may be empty.
  /// The nearest point that the space's constraints allow; empty: all are allowed.
  std::function<std::vector<double>(const std::vector<double>&)> mend;
};

/// Points, the best first, no two that follow each other the same. `seed`: of the quasi-random
/// points.
[[nodiscard]] std::vector<std::vector<double>> most_rewarding(
    const Rewards& rewards, const AcquisitionArea& area, std::uint64_t seed, Rng& rng,
    const AcquisitionOptions& options = {});

}  // namespace hpopt
