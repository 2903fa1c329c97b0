#include "cli/run_watcher.h"

namespace hpopt {

void RunWatcher::happened(const Fact& fact, const RunView& view) {
  screen_.happened(fact, view);
  if (std::holds_alternative<SessionClosed>(fact.payload)) answer_.keep(view.state, view.used);
}

}  // namespace hpopt
