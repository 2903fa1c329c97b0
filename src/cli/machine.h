// Machine: what this machine offers to a study, found out for `hpopt doctor`.
#pragma once

#include <string>
#include <vector>

namespace hpopt {

struct Finding {
  std::string subject;  ///< "containment", "store", "memory", ...
  bool good = true;
  std::string text;
  std::string mend;  ///< What would help; empty when all is well.
};

/// In the order in which they should be read. `locator`: the store that would be used.
[[nodiscard]] std::vector<Finding> examine_machine(const std::string& locator);

}  // namespace hpopt
