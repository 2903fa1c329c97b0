// RunAnswer: what `hpopt run` and `hpopt stop` print at the end.
#pragma once

#include <string>

#include "base/json.h"
#include "cli/console.h"
#include "cli/store_access.h"
#include "engine/observer.h"
#include "hpopt/study.h"

namespace hpopt {

/// A study's last state, kept in the words of its answer, so that it can be printed without asking
/// the store again: the time may be up, or the store gone.
class RunAnswer {
 public:
  RunAnswer(std::string study, const Look& look) : study_(std::move(study)), look_(look) {}

  /// Takes what there is to say from the state.
  void keep(const StudyState& state, double used);
  [[nodiscard]] bool kept() const { return kept_; }

  /// For people: tally, the reason of the end, the answer, and how to go on when it is paused.
  [[nodiscard]] std::string text(const Summary& summary) const;
  /// best --json with `outcome` and `reason`.
  [[nodiscard]] std::string json(const Summary& summary) const;
  /// The answer only.
  [[nodiscard]] const std::string& answer() const { return answer_; }

 private:
  std::string study_;
  Look look_;
  bool kept_ = false;
  std::string answer_;
  std::string tally_;
  std::string failure_;  ///< The last message, when no trial has a score.
  Json best_;            ///< As best --json has it.
};

}  // namespace hpopt
