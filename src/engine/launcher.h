// Launcher: from a trial of the journal to the run of a process: argv, environment, directories.
#pragma once

#include <cstdint>
#include <string>

#include "exec/executor.h"
#include "exec/provenance.h"
#include "study/state.h"

namespace hpopt {

class Launcher {
 public:
  /// `store_directory`: each trial's own directory is made in it. The session's state must outlive
  /// it.
  Launcher(const StudyState& state, std::string study, std::string store_directory, int workers,
           Provenance provenance);

  /// `trial` with the until_step of the run to come. Errors: a placeholder that names nothing.
  [[nodiscard]] Result<Launch> prepare(const TrialRecord& trial, Token token, int worker) const;

  /// Leaves result.json in the directory of a trial that has ended, for people and scripts: the
  /// journal is what counts.
  void keep_result(const TrialRecord& trial) const;
  /// The trial's own folder.
  [[nodiscard]] std::string directory_of(TrialId trial) const;

 private:
  const StudyState& state_;
  std::string study_;
  std::string store_directory_;
  int workers_;
  Provenance provenance_;
};

/// The seed that a trial is given: of its own, 31 bits.
[[nodiscard]] std::uint64_t trial_seed(std::uint64_t study_seed, TrialId trial);

}  // namespace hpopt
