// The ends through which a process's output comes: two pipes, or one terminal.
#pragma once

#include "base/unique_fd.h"
#include "hpopt/result.h"

namespace hpopt {

struct OutputPipes {
  UniqueFd out;        ///< Ours, non-blocking.
  UniqueFd err;        ///< Ours; invalid with a terminal, where both come through `out`.
  UniqueFd child_out;  ///< For the child; closed here once it has started.
  UniqueFd child_err;  ///< Invalid with a terminal: `child_out` is both.
};

/// A terminal makes programs write each line at once that would gather them in a pipe.
[[nodiscard]] Result<OutputPipes> open_output(bool terminal);

}  // namespace hpopt
