#include "cli/run_watcher.h"

namespace hpopt {
namespace {

constexpr double kEvery = 1;  // seconds

}  // namespace

void RunWatcher::opened(const RunView& view) {
  screen_.opened(view);
  keep(view);
  give_sign(view);
}

void RunWatcher::happened(const Fact& fact, const RunView& view) {
  screen_.happened(fact, view);
  if (view.state.best_score() != kept_score_) keep(view);
}

void RunWatcher::tick(const RunView& view) {
  screen_.tick(view);
  if (view.used - kept_at_ >= kEvery) keep(view);
  if (view.used - sign_at_ >= kEvery) give_sign(view);
}

void RunWatcher::give_sign(const RunView& view) {
  sign_at_ = view.used;
  guard_.watch(view.left);
}

void RunWatcher::suspending() {
  guard_.rest();
  screen_.suspending();
}

void RunWatcher::continued(const RunView& view) {
  give_sign(view);
  screen_.continued(view);
}

void RunWatcher::keep(const RunView& view) {
  kept_at_ = view.used;
  kept_score_ = view.state.best_score();
  answer_.keep(view.state, view.used);
  guard_.keep(words_());
}

}  // namespace hpopt
