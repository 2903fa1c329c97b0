// The rounds of the loop: wishes, slots, what is kept, events; and its end.
#include "engine/run_loop.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr Nanos kPoll = std::chrono::milliseconds(500);  // other processes' wishes
constexpr Nanos kFrame = std::chrono::milliseconds(200);
constexpr Nanos kPlanEvery = std::chrono::seconds(2);
constexpr double kStopGrace = 2;

}  // namespace

RunLoop::RunLoop(RunParts parts, const RunSettings& settings, int workers, Budget budget)
    : parts_(std::move(parts)), settings_(settings), workers_(workers), budget_(budget) {
  last_beat_ = budget_.opened();
  last_poll_ = parts_.clock.monotonic();
}

RunEnd RunLoop::run() {
  parts_.session.listen([this](const Fact& fact) {
    const auto* ended = std::get_if<Ended>(&fact.payload);
    if (ended != nullptr && parts_.ended) parts_.ended(*state().find(ended->trial));
    parts_.observer.happened(fact, view());
  });
  parts_.session.endure(parts_.decider,
                        [this](const std::string& line) { parts_.observer.noted(line); });
  parts_.observer.opened(view());
  Status status = success();
  while (status && phase_ != Phase::kGone) status = round();
  if (status) status = close();
  if (!status && status.error().code == Code::kConflict) status = taken_over();
  if (!status) {
    end_ = {Summary::Outcome::kError, status.error().message(), status.error()};
    parts_.executor.kill_all(parts_.clock.monotonic() + std::chrono::seconds(1));
  }
  parts_.observer.closed(view());
  parts_.session.listen(nullptr);
  return end_;
}

Status RunLoop::round() {
  heed_wall_clock();
  if (auto done = heed_suspension(); !done) return done;
  if (auto done = heed_wishes(); !done) return done;
  if (auto done = keep_lease(); !done) return done;
  if (auto done = leave_in_time(); !done) return done;
  if (phase_ == Phase::kRunning) {
    if (auto done = fill_slots(); !done) return done;
  }
  if (auto done = make_durable(); !done) return done;
  if (phase_ == Phase::kGone) return success();
  const auto events = parts_.executor.wait(next_wakeup());
  if (auto done = take(events); !done) return done;
  show();
  return success();
}

Status RunLoop::heed_wishes() {
  const int interrupts = settings_.interrupts != nullptr ? settings_.interrupts->load() : 0;
  if (interrupts > interrupts_seen_) {
    interrupts_seen_ = interrupts;
    if (interrupts == 1 && !runs_.empty()) {
      parts_.observer.leaving(
          fmt::format("pausing: trials get up to {} to write their checkpoints; Ctrl-C again stops "
                      "now",
                      human_duration(pause_grace())));
    }
    leave(Summary::Outcome::kPaused, "paused by the user", interrupts > 1 ? 0 : pause_grace());
  }
  if (settings_.stop != nullptr && settings_.stop->load()) {
    leave(Summary::Outcome::kStopped, "stopped by the program", kStopGrace);
  }
  const Nanos now = parts_.clock.monotonic();
  if (now - last_poll_ < kPoll) return success();
  last_poll_ = now;
  if (auto folded = parts_.session.poll(); !folded) return folded;
  if (phase_ == Phase::kRunning) {
    if (auto done = look_around(); !done) return done;
  }
  if (state().wish() == Wish::kStop) {
    leave(Summary::Outcome::kStopped, "stopped by a user", kStopGrace);
  } else if (state().wish() == Wish::kPause) {
    leave(Summary::Outcome::kPaused, "paused by a user", pause_grace());
  }
  return success();
}

/// Takes its time where trials have many processes and files: not when they are to end.
Status RunLoop::look_around() {
  if (state().best() == 0) loggers_.look(parts_.executor.processes());
  tell_silent();
  if (auto done = relieve_memory(); !done) return done;
  if (auto done = relieve_disk(); !done) return done;
  if (runs_.size() < 2) return success();
  for (const std::string& line : conflicts_.look(parts_.executor.processes())) note(0, line);
  return success();
}

Status RunLoop::fill_slots() {
  while (phase_ == Phase::kRunning && free_worker()) {
    if (parts_.clock.monotonic() < start_after_) break;
    const std::vector<Action> actions = parts_.policy.next(state(), moment());
    bool done = false;
    for (const Action& action : actions) {
      Result<Tried> tried = attempt(action);
      if (!tried) return tried.error();
      if (*tried == Tried::kDone) {
        done = true;
        break;
      }
    }
    if (done) continue;
    if (runs_.empty() && actions.empty() && phase_ == Phase::kRunning) {
      leave(Summary::Outcome::kFinished, "nothing more is worth starting", kStopGrace);
    }
    break;
  }
  return success();
}

Status RunLoop::relieve_memory() {
  if (held_.empty()) return success();
  for (const Pool& pool : parts_.executor.held_memory()) {
    for (const EvictAction& action : parts_.policy.relieve(state(), moment(), pool)) {
      if (auto tried = attempt(action); !tried) return tried.error();
    }
  }
  return success();
}

/// The fact comes first: a checkpoint that is there though it is said to be removed does no harm.
Status RunLoop::relieve_disk() {
  if (parts_.checkpoints == nullptr) return success();
  const Pool pool = parts_.checkpoints->pool();
  for (EvictAction& action : parts_.policy.relieve(state(), moment(), pool)) {
    Status told = append({CheckpointRemoved{action.trial, std::move(action.decision)}});
    if (!told && told.error().code != Code::kConflict) return told;
    if (!told) continue;
    if (Status removed = parts_.checkpoints->remove(action.trial); !removed) {
      note(action.trial, removed.error().message());
    }
  }
  return success();
}

Status RunLoop::close() {
  std::vector<Payload> facts;
  for (const auto& [trial, run] : runs_) {
    if (run.leaving && run.leaving->recorded) continue;
    facts.push_back(left_off(run, elapsed(run), {.by = "engine", .reason = end_.reason}));
  }
  using Outcome = Summary::Outcome;
  if (end_.outcome == Outcome::kTimeUp || end_.outcome == Outcome::kFinished ||
      end_.outcome == Outcome::kStopped) {
    facts.emplace_back(StudyEnded{parts_.decider, why_it_ends()});
  }
  for (const auto& [trial, run] : held_) {
    const TrialRecord& record = *state().find(trial);
    if (record.held) facts.emplace_back(let_go(record));
  }
  facts.emplace_back(SessionClosed{end_.reason});
  if (auto charged = charge(); !charged) return charged;
  // Not synced: the answer must not wait for a slow disk.
  if (auto appended = append(std::move(facts), Durability::kBatched); !appended) return appended;
  if (auto settled = parts_.session.settle(); !settled) return settled;
  keep_digest();
  return success();
}

Decision RunLoop::why_it_ends() const {
  if (finish_) return *finish_;
  return {.by = "engine",
          .reason = end_.reason,
          .read_revision = state().revision(),
          .time_left = now_left(),
          .free_slots = workers_};
}

Nanos RunLoop::next_wakeup() const {
  const Nanos now = parts_.clock.monotonic();
  Nanos until = std::min(last_poll_ + kPoll, now + kFrame);
  if (!parts_.session.in_trouble()) until = std::min(until, last_beat_ + kBeat);
  if (phase_ == Phase::kLeaving) {
    until = std::min(until, kill_at_);
  } else if (budget_.bounded()) {
    until = std::min(until, budget_.instant(exit_time_.grace(budget_.total())));
  }
  return std::max(until, now);
}

void RunLoop::show() {
  const Nanos now = parts_.clock.monotonic();
  if (now - last_plan_ >= kPlanEvery) {
    last_plan_ = now;
    (void)tell_plan();
  }
  parts_.observer.tick(view());
}

Status RunLoop::append(std::vector<Payload> facts, Durability durability) {
  if (durability == Durability::kSynced) undurable_ = false;
  return parts_.session.append(std::move(facts), durability);
}

Status RunLoop::append_soon(std::vector<Payload> facts) {
  undurable_ = true;
  return append(std::move(facts), Durability::kBatched);
}

Status RunLoop::make_durable() { return undurable_ ? append({}) : success(); }

Moment RunLoop::moment() const {
  const double grace = budget_.bounded() ? exit_time_.grace(budget_.total()) : 0;
  return {.time_left = now_left() - grace,
          .time_budget = budget_.total(),
          .free_slots = workers_ - static_cast<int>(runs_.size()),
          .slots = workers_,
          .can_hold = parts_.executor.can_hold()};
}

RunView RunLoop::view() const {
  const Nanos now = parts_.clock.monotonic();
  return {.state = state(),
          .used = budget_.used(now),
          .budget = budget_.total(),
          .left = budget_.left(now),
          .workers = workers_,
          .phase = phase_ == Phase::kRunning                   ? "running"
                   : end_.outcome == Summary::Outcome::kPaused ? "pausing"
                                                               : "ending"};
}

std::optional<int> RunLoop::free_worker() const {
  std::set<int> busy;
  for (const auto& [trial, run] : runs_) busy.insert(run.worker);
  for (int worker = 0; worker < workers_; ++worker) {
    if (!busy.contains(worker)) return worker;
  }
  return std::nullopt;
}

TrialRun* RunLoop::find_run(TrialId trial, Token token) {
  const auto found = runs_.find(trial);
  return found != runs_.end() && found->second.token == token ? &found->second : nullptr;
}

}  // namespace hpopt
