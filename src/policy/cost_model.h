// CostModel: how long things take, measured from the trials' own clocks.
//
// A trial of n steps takes its start-up plus n times its seconds a step. Both are medians over the
// newest trials, so that one trial that is ten times as slow as the others misleads nobody; what a
// trial has shown of itself counts for that trial. A function of the state alone.
#pragma once

#include <limits>
#include <vector>

#include "study/state.h"

namespace hpopt {

class CostModel {
 public:
  /// Reads what changed. REQUIRES: the state is the one of earlier calls, grown.
  void sync(const StudyState& state);

  [[nodiscard]] bool knows_steps() const { return step_ > 0; }
  [[nodiscard]] bool knows_wholes() const { return whole_ > 0; }
  [[nodiscard]] double start_up() const { return start_up_; }
  [[nodiscard]] double step() const { return step_; }  ///< 0: no trial had two reports so far.
  /// Seconds of a trial that ended by itself; 0: none did. The median, and the lower quartile.
  [[nodiscard]] double whole() const { return whole_; }
  [[nodiscard]] double quick_whole() const { return quick_whole_; }
  [[nodiscard]] double step_of(const TrialRecord& trial) const;

  /// Seconds until a new trial reaches the step.
  [[nodiscard]] double to_start_and_reach(double step) const { return start_up_ + step * step_; }
  /// Seconds until a running or paused trial reaches the step: a frozen one goes on where it
  /// stands; another starts again, and from the beginning unless trials have been seen to go on
  /// from disk.
  [[nodiscard]] double to_reach(const TrialRecord& trial, double step) const;
  /// Seconds that a trial has spent on the steps that it has done.
  [[nodiscard]] double spent_on_steps(const TrialRecord& trial) const {
    return trial.last_step() * step_of(trial);
  }
  /// Seconds until a new process of the trial stands where it stands.
  [[nodiscard]] double to_come_back(const TrialRecord& trial) const {
    return start_up_ + (resumes_from_disk_ ? 0 : spent_on_steps(trial));
  }
  [[nodiscard]] bool resumes_from_disk() const { return resumes_from_disk_; }
  /// The first step that any trial reported; infinity: none did.
  [[nodiscard]] double least_first_step() const { return least_first_step_; }

 private:
  /// Of one trial; negative: not measured.
  struct Timing {
    double start_up = -1;
    double step = -1;
    double whole = -1;
    double second_start = -1;  ///< Before the first step, of a trial that was started again.
  };

  static Timing measure(const TrialRecord& trial);
  void summarize();

  std::size_t changes_read_ = 0;
  std::vector<Timing> timings_;  ///< By trial - 1.
  double start_up_ = 0;
  double step_ = 0;
  double whole_ = 0;
  double quick_whole_ = 0;
  bool resumes_from_disk_ = false;
  double least_first_step_ = std::numeric_limits<double>::infinity();
  SessionId session_ = 0;
};

}  // namespace hpopt
