// What a program that links the installed package does: tunes a function, by optimize and by ask
// and tell.
#include <cstdio>

#include <hpopt/hpopt.h>

namespace {

constexpr int kTrials = 20;

bool optimizes() {
  hpopt::Study study =
      hpopt::Study::open("optimize", {.maximize = false, .trials = kTrials, .storage = "memory:"})
          .value();
  const hpopt::Summary summary = study.optimize([](hpopt::Trial& trial) {
    const double x = trial.suggest_float("x", 1e-3, 1e3, {.log = true});
    return (x - 1) * (x - 1);
  });
  std::puts(summary.full().c_str());
  return summary.outcome == hpopt::Summary::Outcome::kFinished && summary.complete == kTrials;
}

bool asks_and_tells() {
  hpopt::Space space;
  if (!space.add({.name = "n", .domain = hpopt::IntDomain{1, 4}})) return false;
  hpopt::Study study = hpopt::Study::open("ask", {.storage = "memory:", .space = space}).value();
  int asked = 0;
  while (hpopt::Result<hpopt::Trial> trial = study.ask()) {
    ++asked;
    const double score = trial->params().get("n")->as_double();
    if (!study.tell(*std::move(trial), score)) return false;
  }
  return asked == 4 && study.best()->score == 4;  // a finite space is searched once
}

}  // namespace

int main() { return optimizes() && asks_and_tells() ? 0 : 1; }
