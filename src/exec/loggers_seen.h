// LoggersSeen: trials whose numbers go to a library's own files, where nobody reads them unless
// told. For the moment when the metric isn't heard.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "study/fact.h"

namespace hpopt {

class LoggersSeen {
 public:
  /// The processes of each running trial. Reads /proc, as far as a hint is worth it.
  void look(const std::map<TrialId, std::vector<pid_t>>& processes);

  /// "; it logs to TensorBoard (runs/events.out.tfevents.1): to hear that, ..." or nothing.
  [[nodiscard]] std::string hint() const;

 private:
  std::string wandb_;        ///< A file of W&B that a trial writes.
  std::string tensorboard_;  ///< The same of TensorBoard.
};

}  // namespace hpopt
