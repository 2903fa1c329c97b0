// Sampler: which configuration to try next. Functions of (space, history, seed, options); no I/O.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/rng.h"
#include "hpopt/space.h"
#include "hpopt/value.h"
#include "sampler/history.h"

namespace hpopt {

struct Proposal {
  Configuration configuration;
  std::string by;          ///< The sampler's name: "tpe".
  std::string reason;      ///< One line in the user's words.
  std::string model = {};  ///< JSON of what was fitted for it, to be found in History::model().
};

class Sampler {
 public:
  virtual ~Sampler() = default;
  /// A valid configuration that history.tried() doesn't know; none when the space is exhausted.
  /// Same space, history (its model included) and stream: same proposal. The history only grows
  /// between calls.
  virtual std::optional<Proposal> propose(const Space& space, const History& history, Rng& rng) = 0;
};

}  // namespace hpopt
