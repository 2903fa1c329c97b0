#include "linalg/kernels.h"

namespace hpopt {

namespace baseline {
const Kernels& table(std::string_view name);
}
#ifdef HPOPT_WIDE_KERNELS
namespace wide {
const Kernels& table(std::string_view name);
}
#endif

const Kernels* kernels_of(VectorPath path) {
  if (path == VectorPath::kBaseline) return &baseline::table("baseline");
#ifdef HPOPT_WIDE_KERNELS
  const bool has_wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                        __builtin_cpu_supports("bmi2");
  if (has_wide) return &wide::table("x86-64-v3");
#endif
  return nullptr;
}

const Kernels& kernels() {
  static const Kernels& best = []() -> const Kernels& {
    const Kernels* wide = kernels_of(VectorPath::kWide);
    return wide != nullptr ? *wide : *kernels_of(VectorPath::kBaseline);
  }();
  return best;
}

}  // namespace hpopt
