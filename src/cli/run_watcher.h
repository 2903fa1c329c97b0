// RunWatcher: what `hpopt run` looks after while the engine works.
#pragma once

#include <string>

#include "cli/run_answer.h"
#include "cli/screen.h"
#include "engine/observer.h"

namespace hpopt {

/// Passes all on to the screen, keeps the answer when the session closes, and says what a first
/// interrupt leads to.
class RunWatcher final : public RunObserver {
 public:
  RunWatcher(Screen& screen, RunAnswer& answer) : screen_(screen), answer_(answer) {}

  void opened(const RunView& view) override { screen_.opened(view); }
  void happened(const Fact& fact, const RunView& view) override;
  void tick(const RunView& view) override;
  void noted(const std::string& line) override { screen_.noted(line); }

 private:
  Screen& screen_;
  RunAnswer& answer_;
  bool pausing_ = false;
};

}  // namespace hpopt
