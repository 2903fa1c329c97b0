// RunWatcher: what `hpopt run` looks after while the engine works.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/deadline_guard.h"
#include "cli/run_answer.h"
#include "cli/screen.h"
#include "engine/observer.h"

namespace hpopt {

/// Passes all on to the screen, and keeps the answer: now and again for the deadline guard, and at
/// the end.
class RunWatcher final : public RunObserver {
 public:
  /// `words`: the answer as it is printed if the store hangs at the end.
  RunWatcher(Screen& screen, RunAnswer& answer, DeadlineGuard& guard,
             std::function<DeadlineGuard::Words()> words)
      : screen_(screen), answer_(answer), guard_(guard), words_(std::move(words)) {}

  void opened(const RunView& view) override;
  void happened(const Fact& fact, const RunView& view) override;
  void tick(const RunView& view) override;
  void closed(const RunView& view) override { keep(view); }
  void noted(const std::string& line) override { screen_.noted(line); }
  void suspending() override;
  void continued(const RunView& view) override;
  void leaving(const std::string& line) override { screen_.say(line); }

 private:
  void keep(const RunView& view);
  /// To the guard: the engine lives.
  void give_sign(const RunView& view);

  Screen& screen_;
  RunAnswer& answer_;
  DeadlineGuard& guard_;
  std::function<DeadlineGuard::Words()> words_;
  double kept_at_ = 0;  ///< Seconds of the budget used then.
  double sign_at_ = 0;  ///< The same.
  std::optional<double> kept_score_;
};

}  // namespace hpopt
