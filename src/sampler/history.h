// History: what samplers learn from: an incremental index over a StudyState.
//
//   history.set_levels(rungs, full);
//   history.sync(state);               // reads only what changed
//   history.standings().ranked(0);     // which trial is best at the first rung
//
// Samplers learn from observations: first the trials that the study inherited from an earlier one,
// then its own, numbered from 1 on in this order. Without an inheritance an observation is a trial.
// Once a trial of the study has a score for a configuration, what was inherited of it is forgotten,
// and all other inherited losses move by as much as the ones that were tried again did, in the
// median: a script that changed may be better or worse everywhere.
//
// It is a function of the state and the levels alone, however often it was synced on the way.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sampler/standings.h"
#include "study/state.h"

namespace hpopt {

class History {
 public:
  /// The steps at which trials are compared: see Standings::reset. Takes effect with the next sync.
  void set_levels(std::vector<double> rungs, double full);
  /// REQUIRES: the state is the one of earlier calls, grown; it outlives the use of this history.
  void sync(const StudyState& state);

  /// Of the study's own trials.
  [[nodiscard]] const Standings& standings() const { return standings_; }
  [[nodiscard]] bool tried(const Configuration& configuration) const {
    return state_->tried(configuration);
  }
  /// What a draw comes to: with a smaller batch where it would run out of memory; none: it would
  /// all the same, it was tried already, or nothing was drawn.
  [[nodiscard]] std::optional<Configuration> fresh(std::optional<Configuration> drawn) const;

  [[nodiscard]] std::size_t width() const { return width_; }  ///< Parameters.
  /// Of the newest trials that ended, in the median; 0: none did.
  [[nodiscard]] double typical_seconds() const;

  /// Observations that count have a row, in unit coordinates, NaN where not active.
  [[nodiscard]] std::size_t observations() const { return present_.size(); }
  [[nodiscard]] std::size_t inherited() const { return inherited_; }
  [[nodiscard]] bool has_row(TrialId observation) const { return present_[observation - 1]; }
  [[nodiscard]] std::span<const double> row(TrialId observation) const {
    return std::span(rows_).subspan((observation - 1) * width_, width_);
  }
  /// What the sampler fitted last; empty: nothing yet.
  [[nodiscard]] const std::string& model() const { return state_->model(); }
  /// Of an earlier study: never.
  [[nodiscard]] bool proposed_by(std::string_view sampler, TrialId observation) const {
    if (observation <= inherited_) return false;
    return state_->trials()[observation - inherited_ - 1].suggested.by == sampler;
  }
  /// Grows whenever a row that was there already changed: caches of rows begin anew.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }
  [[nodiscard]] const Standings& known() const { return inherited_ == 0 ? standings_ : known_; }
  /// Observations without a standing that may still get one, ascending.
  [[nodiscard]] std::vector<TrialId> pending() const;
  /// Whether the study inherited a score of this configuration.
  [[nodiscard]] bool inherits(const Configuration& configuration) const;

 private:
  void begin_anew(const StudyState& state);
  void read_inherited();
  void read(const TrialRecord& trial);
  [[nodiscard]] TrialId replaced_by(const TrialRecord& trial) const;
  void see_again(const TrialRecord& trial);
  void recall(TrialId observation, bool counts);
  void calibrate();
  [[nodiscard]] std::vector<double> changes_of_loss() const;
  /// Whether the row is another one than before.
  bool set_row(std::size_t index, const Configuration& configuration, bool present);

  const StudyState* state_ = nullptr;
  std::size_t changes_read_ = 0;
  std::size_t width_ = 0;
  std::vector<double> rows_;
  std::vector<bool> present_;
  std::vector<TrialId> changed_;
  std::uint64_t generation_ = 0;
  Standings standings_;
  std::size_t inherited_ = 0;
  Standings known_;                                         ///< With an inheritance only.
  std::unordered_map<std::uint64_t, TrialId> inheritance_;  ///< Configuration key to observation.
  std::vector<TrialId> replaces_;    ///< By trial - 1: the observation, or 0.
  std::vector<int> times_replaced_;  ///< By observation - 1.
  double shift_ = 0;                 ///< Of the inherited losses.
  std::vector<double> wanted_rungs_;
  double wanted_full_ = 0;
};

}  // namespace hpopt
