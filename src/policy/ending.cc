#include "policy/ending.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

// So many failures with the same last line, or so many of any kind.
constexpr int kSameFailures = 3;
constexpr int kAnyFailures = 8;

std::string last_line(const std::string& message) {
  const std::vector<std::string> lines = split(std::string(trim(message)), '\n');
  return lines.empty() ? std::string() : lines.back();
}

bool has_failed(const TrialRecord& trial) {
  return trial.state == TrialState::kFailed || trial.state == TrialState::kOutOfMemory;
}

}  // namespace

std::optional<std::string> target_reached(const StudyState& state) {
  const auto& objectives = state.spec().objectives;
  if (objectives.empty() || !objectives.front().target || state.best() == 0) return std::nullopt;
  const double target = *objectives.front().target;
  const double best = *state.score(*state.find(state.best()));
  if (best != target && !state.better(best, target)) return std::nullopt;
  return fmt::format("the target of {:g} is reached: {:.6g} by trial {}", target, best,
                     state.best());
}

std::optional<std::string> crash_loop(const StudyState& state) {
  int failed = 0;
  bool same = true;
  const TrialRecord* last = nullptr;
  for (auto trial = state.trials().rbegin(); trial != state.trials().rend(); ++trial) {
    if (trial->session != state.sessions() || trial->state == TrialState::kWaiting) continue;
    if (!has_failed(*trial)) {
      // One that is still at its start may yet fail like the others; any other outcome ends the
      // loop.
      if (trial->state == TrialState::kRunning && trial->reports.empty()) continue;
      if (trial->state == TrialState::kCancelled) continue;
      return std::nullopt;
    }
    if (!trial->reports.empty()) return std::nullopt;
    if (last == nullptr) last = &*trial;
    same = same && last_line(trial->message) == last_line(last->message) &&
           trial->exit_code == last->exit_code;
    ++failed;
  }
  if (last == nullptr || failed < (same ? kSameFailures : kAnyFailures)) return std::nullopt;
  return fmt::format("the first {} trials all failed{}; trial {}: {}", failed,
                     same ? " in the same way" : "", last->id,
                     last->message.empty() ? fmt::format("exited with {}", last->exit_code)
                                           : std::string(trim(last->message)));
}

bool within_run_cap(const StudyState& state) {
  const auto cap = state.spec().run_cap;
  const auto trials = static_cast<std::int64_t>(state.trials().size()) - state.counts().cancelled;
  return !cap || trials < *cap;
}

}  // namespace hpopt
