#include "engine/inheritance.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {

std::vector<const KnownTrial*> Inheritance::best(std::size_t most, bool maximize) const {
  std::vector<const KnownTrial*> scored;
  for (const KnownTrial& known : trials) {
    if (known.cause != Cause::kDiverged) scored.push_back(&known);
  }
  std::stable_sort(scored.begin(), scored.end(), [&](const auto* a, const auto* b) {
    return maximize ? a->score > b->score : a->score < b->score;
  });
  if (scored.size() > most) scored.resize(most);
  return scored;
}

std::string Inheritance::line() const {
  if (told == 0) return "no old trial says anything of the metric: it begins from nothing";
  if (trials.empty()) return fmt::format("knows none of {} old trials: {}", told, misfits);
  const std::size_t again = best(kTriedAgain, true).size();
  std::string line;
  if (incomparable.empty()) {
    line = fmt::format("knows {} of {} old trials", trials.size(), told);
    if (!misfits.empty()) line += fmt::format(" ({})", misfits);
    if (again > 0) line += fmt::format("; the best {} are tried again first", again);
    return line;
  }
  line =
      fmt::format("tries the best {} of {} old trials again first; their scores do not count: {}",
                  again, told, incomparable);
  return misfits.empty() ? line : line + fmt::format("; {}", misfits);
}

std::vector<Payload> facts_of(const Inheritance& inheritance, const StudyState& now, Epoch epoch) {
  std::vector<Payload> facts;
  if (inheritance.incomparable.empty()) {
    for (const KnownTrial& known : inheritance.trials) {
      facts.emplace_back(
          Inherited{known.trial, known.configuration, known.cause, known.curve, epoch});
    }
  }
  const auto cap = static_cast<std::size_t>(now.spec().run_cap.value_or(kTriedAgain));
  TrialId trial = 0;
  const bool maximize = now.better(1, 0);
  for (const KnownTrial* known : inheritance.best(std::min(kTriedAgain, cap), maximize)) {
    facts.emplace_back(
        Suggested{.trial = ++trial,
                  .configuration = known->configuration,
                  .unique = true,
                  .request = random_id(),
                  .epoch = epoch,
                  .decision = {.by = "parent",
                               .reason = fmt::format("scored {} as trial {} of an earlier study",
                                                     shortest(known->score), known->trial),
                               .read_revision = now.revision()}});
  }
  return facts;
}

}  // namespace hpopt
