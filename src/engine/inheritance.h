// Inheritance: what a study that starts over may know of the one before: that one's trials, as they
// read in the new space, with what they said of the new metric.
//
// Pure: the same two studies, the same inheritance.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "spec/study_spec.h"
#include "study/state.h"

namespace hpopt {

struct KnownTrial {
  TrialId trial = 0;  ///< Its number in the old study, or in the one which that had inherited.
  Configuration configuration = {};
  Cause cause = Cause::kStopped;  ///< As in Inherited.
  std::vector<std::pair<double, double>> curve = {};
  double score = 0;  ///< As the new objective counts it; NaN: it only diverged.
};

struct Inheritance {
  std::vector<KnownTrial> trials;  ///< In the order in which they were tried.
  std::size_t told = 0;            ///< Old trials that said anything of the new metric.
  std::string misfits;             ///< Why the others don't fit, for people.
  /// Why old scores mean nothing for new ones; then the trials are good for another try only.
  std::string incomparable;

  /// Those with the best scores, best first.
  [[nodiscard]] std::vector<const KnownTrial*> best(std::size_t most, bool maximize) const;
  /// One line for people: "knows 42 of 57 old trials (15 do not fit: ...)".
  [[nodiscard]] std::string line() const;
};

/// So many of the best are tried again first: scripts change, and a study's answer is its own.
inline constexpr std::size_t kTriedAgain = 5;

/// The first facts of the new study: what is known, unless it is incomparable, and the best as
/// trials that wait. `epoch`: of the decider.
[[nodiscard]] std::vector<Payload> facts_of(const Inheritance& inheritance, const StudyState& now,
                                            Epoch epoch);

[[nodiscard]] Inheritance inheritance_of(const StudyState& old, const StudySpec& now);

}  // namespace hpopt
