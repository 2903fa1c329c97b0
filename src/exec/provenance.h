// Provenance: what a trial ran on, recorded with each start.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hpopt {

/// What is the same for all trials of a session; found out once.
struct Provenance {
  std::string host;
  std::string git_commit;  ///< Empty: not in a git checkout, or no git.
  bool git_dirty = false;  ///< Tracked files differ from the commit.
  std::string
      interpreter;  ///< The program that the command starts, resolved: "/usr/bin/python3.11".
};

/// Asks git (at most a second) in the directory where the command runs.
[[nodiscard]] Provenance find_provenance(const std::string& directory,
                                         const std::vector<std::string>& command);

/// The JSON that Started.record keeps.
[[nodiscard]] std::string record_json(const Provenance& provenance, std::uint64_t seed,
                                      const std::vector<std::string>& argv);

}  // namespace hpopt
