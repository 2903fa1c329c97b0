#include "policy/ending.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "spec/batch_size.h"

namespace hpopt {
namespace {

// So many failures with the same last line, or so many of any kind.
constexpr int kSameFailures = 3;
constexpr int kAnyFailures = 8;
// After others had run well: nine in ten of a space may well fail without being a loop.
constexpr int kFailuresAfterSuccess = 50;

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

namespace {

/// The newest trials of the session, as long as they failed before they said anything.
struct Streak {
  int failed = 0;
  bool same = true;   ///< With the same exit code and last line.
  bool whole = true;  ///< No other trial of the session had another outcome.
  const TrialRecord* last = nullptr;

  void add(const TrialRecord& trial) {
    if (last == nullptr) last = &trial;
    same = same && last_line(trial.message) == last_line(last->message) &&
           trial.exit_code == last->exit_code;
    ++failed;
  }
};

/// One that is still at its start may yet fail like the others, one that ran out of memory may run
/// with a smaller batch.
bool is_open(const StudyState& state, const TrialRecord& trial) {
  if (trial.state == TrialState::kRunning) return trial.reports.empty();
  if (trial.state == TrialState::kOutOfMemory) {
    return smaller_batch(state.spec(), trial.configuration).has_value();
  }
  return trial.state == TrialState::kWaiting || trial.state == TrialState::kCancelled;
}

Streak newest_failures(const StudyState& state) {
  Streak streak;
  for (auto trial = state.trials().rbegin(); trial != state.trials().rend(); ++trial) {
    if (trial->session != state.sessions() || is_open(state, *trial)) continue;
    if (!has_failed(*trial) || !trial->reports.empty()) {
      streak.whole = false;
      break;
    }
    streak.add(*trial);
  }
  return streak;
}

}  // namespace

std::optional<std::string> crash_loop(const StudyState& state) {
  const Streak streak = newest_failures(state);
  const bool is_loop = streak.whole ? streak.failed >= (streak.same ? kSameFailures : kAnyFailures)
                                    : streak.same && streak.failed >= kFailuresAfterSuccess;
  if (streak.last == nullptr || !is_loop) return std::nullopt;
  const std::string what = streak.last->message.empty()
                               ? fmt::format("exited with {}", streak.last->exit_code)
                               : std::string(trim(streak.last->message));
  return fmt::format("the {} {} trials all failed{}; trial {}: {}",
                     streak.whole && state.sessions() <= 1 ? "first" : "last", streak.failed,
                     streak.same ? " in the same way" : "", streak.last->id, what);
}

bool within_run_cap(const StudyState& state) {
  const auto cap = state.spec().run_cap;
  const auto trials = static_cast<std::int64_t>(state.trials().size()) - state.counts().cancelled;
  return !cap || trials < *cap;
}

}  // namespace hpopt
