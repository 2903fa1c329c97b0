// Standings: how trials compare at equal steps.
//
// A level is a number of steps. A trial stands in it, with the loss that it had by that step, once
// it has reached the level or has ended by itself; so all who stand in a level got the same chance.
// The last level is the whole training. Failures stand in the lowest level, last; who ran out of
// memory stands in none: it might have been the best. Loss is the objective turned so that less is
// better.
#pragma once

#include <compare>
#include <optional>
#include <span>
#include <vector>

#include "study/state.h"

namespace hpopt {

struct Standing {
  double loss = 0;
  TrialId trial = 0;
  friend auto operator<=>(const Standing& a, const Standing& b) {
    if (const auto by_loss = std::weak_order(a.loss, b.loss); by_loss != 0) return by_loss;
    return std::weak_order(a.trial, b.trial);
  }
  friend bool operator==(const Standing&, const Standing&) = default;
};

class Standings {
 public:
  /// Forgets all. `rungs`: ascending steps below `full`; full 0: the whole length is not known.
  void reset(std::vector<double> rungs, double full);
  /// Reads a trial anew, once in a batch. A batch is followed by settle() before anything is asked.
  void place(const StudyState& state, const TrialRecord& trial) { place(state, trial, trial.id); }
  /// Under another number than its own, with losses that are higher by `shift`.
  void place(const StudyState& state, const TrialRecord& trial, TrialId number, double shift = 0);
  /// What it has in each level that it has reached, from the lowest on.
  [[nodiscard]] std::vector<double> losses_of(const StudyState& state,
                                              const TrialRecord& trial) const;
  /// It stands nowhere any more.
  void remove(TrialId number) { stand(number, {}); }
  void settle();

  [[nodiscard]] std::size_t levels() const { return tables_.size(); }
  [[nodiscard]] std::size_t whole() const { return tables_.size() - 1; }
  /// 0: the whole training, of unknown length.
  [[nodiscard]] double step(std::size_t level) const { return steps_[level]; }
  [[nodiscard]] const std::vector<double>& rungs() const { return rungs_; }

  /// Best first; equal losses by trial.
  [[nodiscard]] std::span<const Standing> ranked(std::size_t level) const {
    return tables_[level].sorted;
  }
  /// So many of ranked(level), the first ones, are no failures.
  [[nodiscard]] std::size_t successes(std::size_t level) const;
  /// The highest level with enough successes. None: there is none, or it is the lowest of several
  /// rungs: that ranks barely trained models, and misleads.
  [[nodiscard]] std::optional<std::size_t> level_to_learn_from(std::size_t enough) const;
  /// The highest level in which it stands.
  [[nodiscard]] std::optional<std::size_t> reached(TrialId trial) const;
  /// Infinite: a failure. None: it doesn't stand there.
  [[nodiscard]] std::optional<double> loss(TrialId trial, std::size_t level) const;
  /// 0: the best. REQUIRES: it stands there.
  [[nodiscard]] std::size_t rank(TrialId trial, std::size_t level) const;

 private:
  struct Table {
    std::vector<Standing> sorted;
    std::vector<Standing> added;  ///< Not yet sorted in.
  };

  void stand(TrialId number, std::vector<double> losses);

  std::vector<double> rungs_;
  std::vector<double> steps_ = {0};
  std::vector<Table> tables_ = std::vector<Table>(1);
  std::vector<std::vector<double>> losses_;  ///< By trial - 1, then level.
};

/// The objective's value turned so that less is better; infinity: it is no score.
[[nodiscard]] double loss_of(const StudyState& state, double value);

}  // namespace hpopt
