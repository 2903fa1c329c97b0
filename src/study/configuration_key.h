// The key of a configuration: equal configurations have equal keys, in every process and version.
#pragma once

#include <cstdint>

#include "hpopt/value.h"

namespace hpopt {

/// 64 bits over names, kinds and values. Persisted by the storage: never changed. Among 100,000
/// configurations two differing ones share a key with probability 3e-10; the second is then passed
/// over as if it had been tried.
[[nodiscard]] std::uint64_t configuration_key(const Configuration& configuration);

}  // namespace hpopt
