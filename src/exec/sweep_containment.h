// Sweeps: the containment of last resort. hpopt is the reaper of orphans and looks for what
// descends from its trials again and again.
#pragma once

#include <memory>
#include <string>

#include "exec/containment.h"

namespace hpopt {

/// `reason`: why there is no better one.
[[nodiscard]] std::unique_ptr<Containment> make_sweep_containment(std::string reason);

}  // namespace hpopt
