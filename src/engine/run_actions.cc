// What the policy wants done, tried against the journal: a refused action costs nothing.
#include <fmt/format.h>

#include "base/text.h"
#include "engine/run_loop.h"

namespace hpopt {
namespace {

constexpr int kMostFailedStarts = 3;  // in a row
constexpr Nanos kStartAgain = std::chrono::seconds(1);

}  // namespace

Result<RunLoop::Tried> RunLoop::attempt(const Action& action) {
  return std::visit([this](const auto& wanted) { return attempt(wanted); }, action);
}

Result<RunLoop::Tried> RunLoop::attempt(const SuggestAction& action) {
  TrialRecord trial;
  trial.id = static_cast<TrialId>(state().trials().size() + 1);
  trial.configuration = action.configuration;
  Decision first_run = action.decision;
  first_run.reason = action.until_step > 0
                         ? fmt::format("first looked at after step {}", shortest(action.until_step))
                         : "runs to its end";
  std::vector<Payload> facts;
  if (!action.model.empty()) facts.emplace_back(Fitted{action.model});
  facts.emplace_back(Suggested{.trial = trial.id,
                               .configuration = action.configuration,
                               .unique = true,
                               .request = random_id(),
                               .epoch = parts_.decider,
                               .decision = action.decision});
  return begin(std::move(trial), action.until_step, first_run, std::move(facts));
}

Result<RunLoop::Tried> RunLoop::attempt(const ResumeAction& action) {
  const TrialRecord* trial = state().find(action.trial);
  if (trial == nullptr || runs_.contains(action.trial) || evicted_.contains(action.trial)) {
    return Tried::kRefused;
  }
  if (held_.contains(action.trial)) return thaw(action, *trial);
  return begin(*trial, action.until_step, action.decision, {});
}

/// Writes that the trial runs, after `facts`, and starts its process.
Result<RunLoop::Tried> RunLoop::begin(TrialRecord trial, double until_step,
                                      const Decision& decision, std::vector<Payload> facts) {
  trial.until_step = until_step;
  Started start = started(trial, until_step, decision);
  const Token token = start.token;
  const Result<Launch> launch = parts_.prepare(trial, token, start.worker);
  if (launch) start.record = launch->record;
  facts.emplace_back(std::move(start));
  Status appended = append(std::move(facts));
  if (appended) return launch_run(*state().find(trial.id), launch);
  if (appended.error().code == Code::kConflict) return Tried::kRefused;
  return appended.error();
}

Result<RunLoop::Tried> RunLoop::thaw(const ResumeAction& action, const TrialRecord& trial) {
  Started start = started(trial, action.until_step, action.decision);
  start.thawed = true;
  const Token token = start.token;
  const int worker = start.worker;
  Status appended = append({std::move(start)});
  if (!appended) {
    if (appended.error().code == Code::kConflict) return Tried::kRefused;
    return appended.error();
  }
  auto held = held_.extract(action.trial);
  TrialRun& run = runs_.insert(std::move(held)).position->second;
  run.token = token;
  run.worker = worker;
  run.sequence = 0;
  if (Status thawed = parts_.executor.thaw(action.trial, token); !thawed) {
    note(action.trial, fmt::format("the frozen process of trial {} is gone ({}); it starts again",
                                   action.trial, thawed.error().what));
    held_.insert(runs_.extract(action.trial));  // until its Exited comes it can't start anew
    evicted_.insert(action.trial);
    Status paused = append({Paused{.trial = action.trial,
                                   .token = token,
                                   .held = false,
                                   .elapsed = trial.elapsed,
                                   .decision = {.by = "engine", .reason = "its process is gone"}}});
    if (!paused) return paused.error();
  }
  return Tried::kDone;
}

Result<RunLoop::Tried> RunLoop::attempt(const EvictAction& action) {
  constexpr double kGrace = 2;  // seconds to checkpoint
  const auto held = held_.find(action.trial);
  if (held == held_.end() || !evicted_.insert(action.trial).second) return Tried::kRefused;
  held->second.let_go_for = action.decision.reason;
  parts_.executor.end(action.trial, from_seconds(kGrace));
  return Tried::kDone;
}

Result<RunLoop::Tried> RunLoop::attempt(const FinishAction& action) {
  if (!runs_.empty()) return Tried::kRefused;
  constexpr double kGrace = 1;
  finish_ = action.decision;
  leave(Summary::Outcome::kFinished, action.decision.reason, kGrace);
  return Tried::kDone;
}

Started RunLoop::started(const TrialRecord& trial, double until_step,
                         const Decision& decision) const {
  return {.trial = trial.id,
          .version = trial.version,
          .token = parts_.session.next_token(),
          .worker = free_worker().value_or(0),
          .until_step = until_step,
          .thawed = false,
          .decision = decision,
          .record = {},
          .epoch = parts_.decider};
}

Result<RunLoop::Tried> RunLoop::launch_run(const TrialRecord& trial, const Result<Launch>& launch) {
  if (parts_.checkpoints != nullptr) parts_.checkpoints->leave_alone(trial.id);
  Status started = launch ? parts_.executor.start(*launch) : Status(launch.error());
  if (started) {
    TrialRun run;
    run.trial = trial.id;
    run.token = trial.token;
    run.worker = trial.worker;
    run.began = parts_.clock.monotonic();
    run.elapsed_before = trial.elapsed;
    runs_.emplace(trial.id, std::move(run));
    failed_starts_ = 0;
    return Tried::kDone;
  }
  const Error& error = started.error();
  const bool too_late = now_left() <= 0;  // we were stopped meanwhile, and the shim has ended
  if (parts_.session.in_trouble() || too_late) {
    if (auto waits = put_back(trial, error); !waits) return waits.error();
    return Tried::kDone;
  }
  Status ended = append({Ended{.trial = trial.id,
                               .token = trial.token,
                               .cause = Cause::kFailed,
                               .exit_code = 127,
                               .elapsed = trial.elapsed,
                               .message = error.message(),
                               .decision = {.by = "engine", .reason = "it could not be started"}}});
  if (!ended) return ended.error();
  // Where none could be started the next would meet the same: a program that is missing, a
  // directory that can't be written. Where some could, the machine may be short of something.
  const bool none_ran = runs_.empty() && held_.empty();
  if (!none_ran && ++failed_starts_ < kMostFailedStarts) return Tried::kDone;
  leave(Summary::Outcome::kError, error.message(), 1);
  end_.error = error;
  return Tried::kDone;
}

/// By no fault of its own: what keeps the store from writing keeps trials from their folders, and
/// where the time is up nothing starts. It starts when that has passed.
Status RunLoop::put_back(const TrialRecord& trial, const Error& error) {
  start_after_ = parts_.clock.monotonic() + kStartAgain;
  return append({Paused{
      .trial = trial.id,
      .token = trial.token,
      .held = false,
      .elapsed = trial.elapsed,
      .decision = {.by = "engine", .reason = "it could not be started: " + error.message()}}});
}

}  // namespace hpopt
