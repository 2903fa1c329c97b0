// The environment that a trial's process gets (docs/trial-protocol.md, level 2).
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "study/fact.h"

namespace hpopt {

/// A port that nobody listens on at this moment; 0 when none could be had.
[[nodiscard]] int free_port();

struct TrialSetting {
  std::string study;  ///< Its name.
  std::uint32_t trial = 0;
  std::uint64_t seed = 0;
  std::map<std::string, double> fidelity;  ///< By name: where hpopt will cut, or the full length.
  std::string trial_directory;
  int workers = 1;         ///< Trials at a time on this machine.
  int port = free_port();  ///< The one that ${port} in the command stands for.
};

/// Thread counts of the numeric libraries, shared out among so many workers, unless the user has
/// set them.
[[nodiscard]] std::map<std::string, std::string> thread_environment(int workers);

/// What is added to our own environment, thread counts included; MASTER_PORT is the given port
/// unless the user has set one.
[[nodiscard]] std::map<std::string, std::string> trial_environment(const TrialSetting& setting);

/// "HPOPT_FIDELITY_IMAGE_SIZE" for "image-size".
[[nodiscard]] std::string fidelity_variable(const std::string& name);

/// Of the trial's directory: what it finds there.
/// The own folder of a trial, in the folder of its store.
[[nodiscard]] std::string trial_directory(const std::string& store_directory,
                                          const std::string& study, TrialId trial);
[[nodiscard]] std::string params_file(const std::string& trial_directory);
[[nodiscard]] std::string checkpoint_directory(const std::string& trial_directory);
[[nodiscard]] std::string log_file(const std::string& trial_directory);
/// Each run of a trial has its own: what an earlier run left behind is heard by nobody.
[[nodiscard]] std::string report_file(const std::string& trial_directory, Token run);
[[nodiscard]] std::string report_socket(const std::string& trial_directory, Token run);

/// Cores that this process may use.
[[nodiscard]] int available_cores();

}  // namespace hpopt
