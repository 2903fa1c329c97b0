// Each trial in a cgroup of its own, inside of another containment that kills when hpopt can't.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "exec/cgroup_session.h"
#include "exec/containment.h"

namespace hpopt {

inline constexpr std::string_view kCgroupName = "cgroup";

/// `missing`: what a better kind lacks, for explain().
[[nodiscard]] std::unique_ptr<Containment> make_cgroup_containment(
    std::unique_ptr<CgroupSession> session, std::unique_ptr<Containment> inner,
    std::string missing);

}  // namespace hpopt
