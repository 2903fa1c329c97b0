// RunWatcher: what `hpopt run` looks after while the engine works.
#pragma once

#include <string>

#include "cli/run_answer.h"
#include "cli/screen.h"
#include "engine/observer.h"

namespace hpopt {

/// Passes all on to the screen, and keeps the answer when the session closes.
class RunWatcher final : public RunObserver {
 public:
  RunWatcher(Screen& screen, RunAnswer& answer) : screen_(screen), answer_(answer) {}

  void opened(const RunView& view) override { screen_.opened(view); }
  void happened(const Fact& fact, const RunView& view) override;
  void tick(const RunView& view) override { screen_.tick(view); }
  void noted(const std::string& line) override { screen_.noted(line); }
  void suspending() override { screen_.suspending(); }
  void continued(const RunView& view) override { screen_.continued(view); }
  void leaving(const std::string& line) override { screen_.say(line); }

 private:
  Screen& screen_;
  RunAnswer& answer_;
};

}  // namespace hpopt
