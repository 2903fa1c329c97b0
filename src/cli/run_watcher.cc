#include "cli/run_watcher.h"

namespace hpopt {

void RunWatcher::happened(const Fact& fact, const RunView& view) {
  screen_.happened(fact, view);
  if (std::holds_alternative<SessionClosed>(fact.payload)) answer_.keep(view.state, view.used);
}

void RunWatcher::tick(const RunView& view) {
  if (view.phase == "pausing" && !pausing_ && view.state.counts().running > 0) {
    pausing_ = true;
    screen_.say(
        "pausing: trials get up to 10 s to write their checkpoints; Ctrl-C again stops now");
  }
  screen_.tick(view);
}

}  // namespace hpopt
