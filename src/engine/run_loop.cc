// The rounds of the loop: wishes, lease, slots, deadline, events.
#include "engine/run_loop.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr Nanos kPoll = std::chrono::milliseconds(500);  // other processes' wishes
constexpr Nanos kFrame = std::chrono::milliseconds(200);
constexpr Nanos kPlanEvery = std::chrono::seconds(2);
// After Ctrl-C trials get this share of the time to checkpoint, within bounds.
constexpr double kPauseShare = 0.05;
constexpr double kPauseGraceAtLeast = 2;  // seconds
constexpr double kPauseGraceAtMost = 10;
constexpr double kStopGrace = 2;
constexpr Nanos kUnchanged = std::chrono::milliseconds(1);  // a deadline that was told already

/// Whichever guard noticed it first.
Error lease_lost() {
  return {Code::kBusy,
          "another process has taken the study over",
          {},
          "this one was silent for too long; run the command again to go on"};
}

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
  if (!status && status.error().code == Code::kConflict) status = lease_lost();
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
  tell_silent();
  if (auto done = relieve_memory(); !done) return done;
  if (auto done = relieve_disk(); !done) return done;
  if (runs_.size() > 1) {
    for (const std::string& line : conflicts_.look(parts_.executor.processes())) note(0, line);
  }
  if (state().wish() == Wish::kStop) {
    leave(Summary::Outcome::kStopped, "stopped by a user", kStopGrace);
  } else if (state().wish() == Wish::kPause) {
    leave(Summary::Outcome::kPaused, "paused by a user", pause_grace());
  }
  return success();
}

/// A time of day is kept by the wall clock, which may be set, and goes on while the machine sleeps.
void RunLoop::heed_wall_clock() {
  if (settings_.until_utc_ms) {
    const std::int64_t left_ms = *settings_.until_utc_ms - parts_.clock.utc_ms();
    budget_.end_session_in(1e-3 * static_cast<double>(left_ms), parts_.clock.monotonic());
  }
  tell_deadline(budget_.instant(0));
}

void RunLoop::tell_deadline(Nanos instant) {
  if (std::chrono::abs(instant - deadline_) < kUnchanged) return;
  deadline_ = instant;
  parts_.executor.set_deadline(instant);
}

// While we are suspended nobody works, so the time stands still for the study too; only a time of
// day comes nearer.
Status RunLoop::heed_suspension() {
  const int wishes = settings_.suspensions != nullptr ? settings_.suspensions->load() : 0;
  if (wishes == suspensions_seen_) return success();
  suspensions_seen_ = wishes;
  if (phase_ != Phase::kRunning || !settings_.suspend) return success();
  if (auto beat = charge(); !beat) return beat;
  if (auto durable = append({}); !durable) return durable;
  const Nanos stopped = parts_.clock.monotonic();
  parts_.executor.freeze_all();
  tell_deadline(settings_.until_utc_ms ? budget_.instant(0) : Budget::far(stopped));
  parts_.observer.suspending();
  settings_.suspend();
  const Nanos gap = parts_.clock.monotonic() - stopped;
  budget_.leave_out(gap);
  last_beat_ += gap;
  heed_wall_clock();
  parts_.executor.continue_all();
  parts_.observer.continued(view());
  return success();
}

Status RunLoop::keep_lease() {
  parts_.session.set_patience(patience());
  return parts_.clock.monotonic() - last_beat_ < kBeat ? success() : charge();
}

/// Charges the time since the last beat, as far as the leases are still ours. What a store in
/// trouble is not told now is charged with the next beat.
Status RunLoop::charge() {
  if (parts_.session.in_trouble()) return success();
  const Nanos now = parts_.clock.monotonic();
  Journal& journal = parts_.session.journal();
  Status beat = journal.beat(kRunner, parts_.runner, now - last_beat_);
  if (beat) last_beat_ = now;
  if (beat) beat = journal.beat(kDecider, parts_.decider, Nanos{0});
  if (beat) keep_digest();
  return parts_.session.bear(beat);
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
  if (phase_ != Phase::kRunning || held_.empty()) return success();
  for (const Pool& pool : parts_.executor.held_memory()) {
    for (const EvictAction& action : parts_.policy.relieve(state(), moment(), pool)) {
      if (auto tried = attempt(action); !tried) return tried.error();
    }
  }
  return success();
}

/// The fact comes first: a checkpoint that is there though it is said to be removed does no harm.
Status RunLoop::relieve_disk() {
  if (phase_ != Phase::kRunning || parts_.checkpoints == nullptr) return success();
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

// TERM goes out so early that trials which need their grace are gone at the deadline; KILL follows
// before it, and then nothing is waited for.
Status RunLoop::leave_in_time() {
  const Nanos now = parts_.clock.monotonic();
  if (phase_ == Phase::kRunning && budget_.bounded()) {
    const double grace = exit_time_.grace(budget_.total());
    if (budget_.left(now) <= grace) {
      using Outcome = Summary::Outcome;
      leave(budget_.outlives_session() ? Outcome::kPaused : Outcome::kTimeUp,
            fmt::format("the time of {} is up", human_duration(budget_.total())),
            std::max(0.0, budget_.left(now) - ExitTime::kKillMargin));
      parts_.session.hurry();
    }
  }
  if (phase_ != Phase::kLeaving) return success();
  if (runs_.empty() && held_.empty()) {
    phase_ = Phase::kGone;
    return success();
  }
  if (now < kill_at_) return success();
  const auto left_behind = parts_.executor.kill_all(now + std::chrono::milliseconds(500));
  for (const std::string& process : left_behind) {
    parts_.observer.noted(fmt::format("still there after KILL: {}", process));
  }
  if (auto done = take(parts_.executor.wait(now)); !done) return done;
  phase_ = Phase::kGone;
  return success();
}

void RunLoop::leave(Summary::Outcome outcome, std::string reason, double grace) {
  const Nanos now = parts_.clock.monotonic();
  const Nanos kill_at = std::min(now + from_seconds(grace), budget_.instant(ExitTime::kKillMargin));
  if (phase_ == Phase::kLeaving) {  // a second, more urgent wish
    kill_at_ = std::min(kill_at_, kill_at);
    return;
  }
  phase_ = Phase::kLeaving;
  kill_at_ = kill_at;
  end_ = {outcome, std::move(reason), {}};
  const Nanos allowed = std::max(Nanos{0}, kill_at_ - now);
  for (auto& [trial, run] : runs_) {
    if (!run.leaving) run.leaving = Leaving{false, {.by = "engine", .reason = end_.reason}, now};
    parts_.executor.end(trial, allowed);
  }
  for (auto& [trial, run] : held_) {
    if (!run.leaving) run.leaving = Leaving{true, {}, now};
    parts_.executor.end(trial, allowed);
  }
}

Status RunLoop::close() {
  std::vector<Payload> facts;
  for (const auto& [trial, run] : runs_) {
    if (run.leaving && run.leaving->recorded) continue;
    facts.emplace_back(Paused{.trial = trial,
                              .token = run.token,
                              .held = false,
                              .elapsed = elapsed(run),
                              .decision = {.by = "engine", .reason = end_.reason}});
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

/// It saves others time: no more, so that nothing depends on it.
void RunLoop::keep_digest() {
  if (!settings_.digest) return;
  (void)parts_.session.journal().keep_digest(state().revision(), settings_.digest(state()));
}

/// For others' locks: never so long that the end would be late.
Nanos RunLoop::patience() const {
  constexpr double kAtLeast = 0.2;  // seconds
  constexpr double kAtMost = 2;
  constexpr double kShare = 0.1;
  return from_seconds(std::clamp(kShare * now_left(), kAtLeast, kAtMost));
}

Decision RunLoop::why_it_ends() const {
  if (finish_) return *finish_;
  return {.by = "engine",
          .reason = end_.reason,
          .read_revision = state().revision(),
          .time_left = now_left(),
          .free_slots = workers_};
}

double RunLoop::pause_grace() const {
  return std::clamp(kPauseShare * budget_.total(), kPauseGraceAtLeast, kPauseGraceAtMost);
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
