// WriteConflicts: two trials that have the same regular file open for writing spoil each other's
// results. It is told once a file, with the mend.
#pragma once

#include <sys/types.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "study/fact.h"

namespace hpopt {

class WriteConflicts {
 public:
  /// The processes of each running trial. Returns a line for each file that two of them write and
  /// that was not told before. Reads /proc; a process that is gone or another user's is passed
  /// over. Trials that hold thousands of files are not looked at to the end: it is only a hint.
  std::vector<std::string> look(const std::map<TrialId, std::vector<pid_t>>& processes);

 private:
  std::set<std::string> told_;
};

/// Regular files that the process has open for writing; caches and lock files excepted, since
/// libraries guard them by themselves. `most`: descriptors to look at; what is left of them.
[[nodiscard]] std::vector<std::string> files_open_for_writing(pid_t process, int& most);

}  // namespace hpopt
