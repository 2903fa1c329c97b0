// The memory store: studies that live as long as the object. For tests, simulations and short
// programs.
#pragma once

#include <memory>

#include "study/journal.h"

namespace hpopt {

/// Threads: the store and its journals may be used from several threads at once. The journals keep
/// their study alive.
[[nodiscard]] std::unique_ptr<Store> make_memory_store();

}  // namespace hpopt
