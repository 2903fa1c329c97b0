// Sweeps: the containment of last resort. hpopt is the reaper of orphans and looks for what
// descends from its trials again and again; its keeper does when hpopt can't.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "exec/containment.h"

namespace hpopt {

inline constexpr std::string_view kSweepsName = "sweeps";

/// `missing`: what a better kind lacks, for explain(). `cgroup`: an open folder that the keeper
/// kills too; -1: none.
[[nodiscard]] std::unique_ptr<Containment> make_sweep_containment(std::string missing,
                                                                  int cgroup = -1);

}  // namespace hpopt
