// LiveBlock: the lines of a run that a terminal shows in place.
#pragma once

#include <string>
#include <vector>

#include "cli/display.h"
#include "cli/progress.h"

namespace hpopt {

/// Each line fits the look's width; never more than `most_lines` of them.
[[nodiscard]] std::vector<std::string> draw_live(const Progress& progress, const Look& look,
                                                 int most_lines);

}  // namespace hpopt
