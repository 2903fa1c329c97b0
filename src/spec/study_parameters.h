// The `parameters` of a study file: nested mappings, conditions and defaults become a Space.
#pragma once

#include "hpopt/space.h"
#include "spec/study_reader.h"

namespace hpopt {

/// Parameters keep their order, but for parents, which come before what depends on them.
[[nodiscard]] Space read_parameters(StudyReader& reader, const YamlNode& map);

}  // namespace hpopt
