// Checkpoints: the disk space that trials' checkpoints take, and how much they may.
//
// All of them may take half of what would be free on that disk without them. Those of trials with a
// live process are counted by nobody and never touched: it may be writing them. Threads: one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "hpopt/result.h"
#include "study/action.h"

namespace hpopt {

class Checkpoints {
 public:
  /// `folder_of`: where a trial keeps its checkpoints; there may be none.
  explicit Checkpoints(std::function<std::string(TrialId)> folder_of)
      : folder_of_(std::move(folder_of)) {}

  /// The trial has no process (any more): what it has left is measured.
  void measure(TrialId trial);
  /// It has a process from now on.
  void leave_alone(TrialId trial) { bytes_.erase(trial); }

  [[nodiscard]] Pool pool() const;
  /// Removes what the trial has left; links are removed, not followed.
  Status remove(TrialId trial);

 private:
  std::function<std::string(TrialId)> folder_of_;
  std::map<TrialId, std::uint64_t> bytes_;
};

}  // namespace hpopt
