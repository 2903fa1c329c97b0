// History: what samplers learn from: an incremental index over a StudyState.
//
//   history.set_levels(rungs, full);
//   history.sync(state);               // reads only what changed
//   history.standings().ranked(0);     // who is best at the first rung
//
// It is a function of the state and the levels alone, however often it was synced on the way.
#pragma once

#include <cstdint>
#include <span>
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

  /// Trials that were not cancelled have a row, in unit coordinates, NaN where not active.
  [[nodiscard]] std::size_t trials() const { return present_.size(); }
  [[nodiscard]] bool has_row(TrialId trial) const { return present_[trial - 1]; }
  [[nodiscard]] std::span<const double> row(TrialId trial) const {
    return std::span(rows_).subspan((trial - 1) * width_, width_);
  }
  /// Grows whenever a row that was there already changed: caches of rows begin anew.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }

  [[nodiscard]] const Standings& standings() const { return standings_; }
  /// Trials without a standing that may still get one, ascending.
  [[nodiscard]] std::vector<TrialId> pending() const;
  [[nodiscard]] bool tried(const Configuration& configuration) const {
    return state_->tried(configuration);
  }

 private:
  void begin_anew(const StudyState& state);
  void read(const TrialRecord& trial);

  const StudyState* state_ = nullptr;
  std::size_t changes_read_ = 0;
  std::size_t width_ = 0;
  std::vector<double> rows_;
  std::vector<bool> present_;
  std::vector<TrialId> changed_;
  std::uint64_t generation_ = 0;
  Standings standings_;
  std::vector<double> wanted_rungs_;
  double wanted_full_ = 0;
};

}  // namespace hpopt
