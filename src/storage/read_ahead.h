// Reading a long journal: some threads decode, this one folds.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "hpopt/result.h"
#include "study/fact.h"

namespace hpopt {

/// Adds the facts after `after` up to `until` to `facts`.
using ReadRange = std::function<Status(Revision after, Revision until, std::vector<Fact>& facts)>;

/// Calls `visit` on this thread for the facts after `after` up to `head`, in order, until it says
/// false. Each reader works on a thread of its own, ranges in turn; when this returns, the threads
/// are gone. Returns the last revision visited, `after` without one.
[[nodiscard]] Result<Revision> read_ahead(Revision after, Revision head,
                                          std::span<const ReadRange> readers,
                                          const std::function<bool(const Fact&)>& visit);

}  // namespace hpopt
