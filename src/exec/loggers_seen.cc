#include "exec/loggers_seen.h"

#include <fmt/format.h>

#include "exec/write_conflicts.h"

namespace hpopt {
namespace {

constexpr int kMostDescriptorsSeen = 300;  // in one look

}  // namespace

void LoggersSeen::look(const std::map<TrialId, std::vector<pid_t>>& processes) {
  int most = kMostDescriptorsSeen;
  for (const auto& [trial, members] : processes) {
    for (const pid_t member : members) {
      for (std::string& file : files_open_for_writing(member, most)) {
        if (file.ends_with(".wandb"))
          wandb_ = std::move(file);
        else if (file.find(".tfevents.") != std::string::npos)
          tensorboard_ = std::move(file);
      }
    }
  }
}

std::string LoggersSeen::hint() const {
  if (!wandb_.empty()) {
    return fmt::format(
        "; it logs to W&B ({}): to hear that, set HPOPT_HOOK=wandb where the trial's Python has "
        "hpopt installed",
        wandb_);
  }
  if (!tensorboard_.empty()) {
    return fmt::format(
        "; it logs to TensorBoard ({}): to hear that, set HPOPT_HOOK=tensorboard where the trial's "
        "Python has hpopt installed, or name its folder as metric.source in a study file",
        tensorboard_);
  }
  return {};
}

}  // namespace hpopt
