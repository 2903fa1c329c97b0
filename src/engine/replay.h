// Replay: what the policy once decided is asked of it again, with the facts and the moment that it
// saw then. Where journal and policy are sound it decides the same.
//
//   auto replayed = replay(journal);
//   if (!replayed->differences.empty()) ...
//
// That a trial simply goes on is no fact, so it is not asked again; neither is a plan, nor what the
// engine does without a policy (a crash, the end of the time), nor who gives back memory or a
// checkpoint: how much they kept is not in the journal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hpopt/result.h"
#include "study/fact.h"
#include "study/journal.h"

namespace hpopt {

/// A decision that comes out otherwise.
struct Difference {
  Revision revision = 0;
  TrialId trial = 0;  ///< 0: about the study.
  std::string recorded;
  std::string replayed;
};

struct Replay {
  std::size_t decisions = 0;   ///< Asked again.
  std::size_t unrecorded = 0;  ///< An older hpopt did not write down all that they saw.
  std::vector<Difference> differences;
};

/// Reads the journal twice and changes nothing. Errors: the journal can't be read.
[[nodiscard]] Result<Replay> replay(Journal& journal);

}  // namespace hpopt
