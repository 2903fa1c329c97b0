// Distributions: a parameter's mapping in a study file read as a domain. Names, keys, meanings and
// what holds when `distribution` is absent are those of W&B's sweep schema.
#pragma once

#include <string>

#include "hpopt/domain.h"
#include "spec/study_reader.h"

namespace hpopt {

/// Keys that hpopt adds (`default`, `prior`, `when`) are left to the caller. A value of probability
/// 0 is dropped.
[[nodiscard]] Domain read_distribution(StudyReader& reader, const std::string& name,
                                       const YamlNode& map);

}  // namespace hpopt
