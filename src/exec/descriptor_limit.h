// How many descriptors this program and the trials may have open. hpopt needs some for each trial,
// so it takes what it is allowed to; trials have what they would have without it, because a program
// that uses select() must not get descriptors beyond 1023.
#pragma once

#include <sys/types.h>

namespace hpopt {

/// Raises our soft limit to the hard one. For a program at its start: children inherit it.
void raise_descriptor_limit();

/// Gives a child back the limit that we started with, if it was raised. 0: this one is the child,
/// after a fork; else the child has the raised limit for a moment.
void restore_descriptor_limit(pid_t child);

}  // namespace hpopt
