// ProgramStart: when this program was started, as far as that can be told in main().
//
//   const Nanos began = program_began(clock);
#pragma once

#include "base/clock.h"

namespace hpopt {

/// On the clock, before its libraries were loaded: on a busy machine that takes some tenths of a
/// second. A process may have been another program before, such as a shell that says `exec hpopt`;
/// so no more than that is believed.
[[nodiscard]] Nanos program_began(const Clock& clock);

}  // namespace hpopt
