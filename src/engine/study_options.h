// From what a program says of its study to the specification that the journal keeps.
#pragma once

#include <string>

#include "hpopt/study.h"
#include "spec/study_spec.h"

namespace hpopt {

/// REQUIRES: options.validate().
[[nodiscard]] StudySpec spec_of(const std::string& name, const Options& options);

}  // namespace hpopt
