// Which sampler a method asks for.
#pragma once

#include <cstdint>
#include <memory>

#include "sampler/sampler.h"
#include "spec/study_spec.h"

namespace hpopt {

[[nodiscard]] std::unique_ptr<Sampler> make_sampler(Method method, std::uint64_t seed);

}  // namespace hpopt
