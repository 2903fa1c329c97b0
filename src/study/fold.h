// Folding a journal into a state.
#pragma once

#include "hpopt/result.h"
#include "study/journal.h"
#include "study/state.h"

namespace hpopt {

/// Applies the facts that the state has not seen yet. Returns the state's revision.
Result<Revision> fold(Journal& journal, StudyState& state);

}  // namespace hpopt
