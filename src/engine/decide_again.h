// One decision, put to the policy again: what replay() does with each.
#pragma once

#include <optional>
#include <string>

#include "policy/policy.h"
#include "study/fact.h"
#include "study/state.h"

namespace hpopt {

/// What was recorded and what comes out now, in words, where they differ.
struct Otherwise {
  std::string recorded;
  std::string replayed;
};

/// `recorded`: a fact that says what the policy decided; `state`: what the decision had read;
/// `overtaken`: somebody else appended before it was written, so that what stood higher on the
/// ranked list may have been refused.
[[nodiscard]] std::optional<Otherwise> decide_again(const Payload& recorded, Policy& policy,
                                                    const StudyState& state, bool overtaken);

}  // namespace hpopt
