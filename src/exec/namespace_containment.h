// All trials in one PID namespace, which a shim of ours ends.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "exec/containment.h"
#include "exec/pid_namespace.h"

namespace hpopt {

inline constexpr std::string_view kNamespaceName = "pid namespace";

/// Enters a user namespace first where that is needed. Errors (kUnavailable): what is refused.
[[nodiscard]] Result<std::unique_ptr<PidNamespace>> open_namespace();

/// `missing`: what a better kind lacks, for explain().
[[nodiscard]] std::unique_ptr<Containment> make_namespace_containment(
    std::unique_ptr<PidNamespace> space, std::string missing);

}  // namespace hpopt
