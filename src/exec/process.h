// Processes without a shell: finding the program and starting it in a session of its own.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "hpopt/result.h"

namespace hpopt {

struct SpawnRequest {
  std::string program;  ///< Path, as find_program() returns it.
  std::vector<std::string> argv;
  std::vector<std::string> environment;  ///< "NAME=value", all of it.
  std::string directory;
  int in = -1;   ///< Becomes its standard input; -1: /dev/null.
  int out = -1;  ///< Becomes its standard output; and `err` its standard error.
  int err = -1;
  int cgroup = -1;  ///< The folder of the cgroup that it starts in; -1: ours.
};

/// Ours with these added or replaced, in the form of SpawnRequest.
[[nodiscard]] std::vector<std::string> merged_environment(
    const std::map<std::string, std::string>& additions);

/// The program that execvp would start from `directory`. Errors: it is missing, or no program.
[[nodiscard]] Result<std::string> find_program(const std::string& name,
                                               const std::string& directory);

/// Starts it with a new session, default signals and nothing else of ours open.
[[nodiscard]] Result<pid_t> spawn(const SpawnRequest& request);

/// Where memory is short the kernel kills it, and what it starts, rather than us, who would take
/// all trials along. `process`: as we number it.
void be_killed_before_us(pid_t process);

/// A descriptor that becomes readable when the process has ended; invalid where the kernel has
/// none.
[[nodiscard]] UniqueFd open_pidfd(pid_t process);

/// What the end of a process says: its exit code, or 128 + the signal.
[[nodiscard]] int exit_code_of(int wait_status);

}  // namespace hpopt
