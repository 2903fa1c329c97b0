// The time of a run: leases and budget, clocks, suspension, and leaving before the deadline.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/run_loop.h"

namespace hpopt {
namespace {

constexpr Nanos kUnchanged = std::chrono::milliseconds(1);  // a deadline that was told already
// After Ctrl-C trials get this share of the time to checkpoint, within bounds.
constexpr double kPauseShare = 0.05;
constexpr double kPauseGraceAtLeast = 2;  // seconds
constexpr double kPauseGraceAtMost = 10;
constexpr Nanos kKillingAtLeast = std::chrono::milliseconds(100);
constexpr Nanos kKillingAtMost = std::chrono::milliseconds(500);

}  // namespace

/// When the session's time of day comes, as the wall clock stands now.
std::optional<Nanos> RunLoop::time_of_day(Nanos now) const {
  if (!settings_.until_utc_ms) return std::nullopt;
  return now + std::chrono::milliseconds(*settings_.until_utc_ms - parts_.clock.utc_ms());
}

/// A time of day is kept by the wall clock, which may be set, and goes on while the machine sleeps.
void RunLoop::heed_wall_clock() {
  const Nanos now = parts_.clock.monotonic();
  if (const auto end = time_of_day(now)) budget_.end_session_in(seconds(*end - now), now);
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
  tell_deadline(time_of_day(stopped).value_or(Budget::far(stopped)));
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

/// Charges what was used and is not charged yet, as far as the leases are still ours: the store
/// says what is, since a beat that failed may have been charged all the same. What a store in
/// trouble is not told now is charged with the next beat.
Status RunLoop::charge() {
  if (parts_.session.in_trouble()) return success();
  const Nanos now = parts_.clock.monotonic();
  const auto spent = parts_.session.journal().spent();
  if (!spent) return parts_.session.bear(spent.error());
  const Nanos owed = std::max(Nanos{0}, budget_.charge(now) - *spent);
  Status beat = parts_.session.beat(kRunner, parts_.runner, owed);
  if (beat) last_beat_ = now;
  if (beat) beat = parts_.session.beat(kDecider, parts_.decider, Nanos{0});
  if (beat) keep_digest();
  return parts_.session.bear(beat);
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

// TERM goes out so early that trials which need their grace are gone at the deadline; KILL follows
// before it, and then nothing is waited for.
Status RunLoop::leave_in_time() {
  const Nanos now = parts_.clock.monotonic();
  if (phase_ == Phase::kRunning && budget_.bounded()) {
    const double grace = exit_time_.grace(budget_.total());
    // A sync that has begun can't be given up, not even by the end of the process.
    constexpr int kSlower = 3;  // than the slowest, a sync may be
    if (budget_.left(now) <= grace + kSlower * seconds(parts_.session.slowest_write())) {
      parts_.session.hurry();
    }
    if (budget_.left(now) <= grace) {
      using Outcome = Summary::Outcome;
      leave(budget_.outlives_session() ? Outcome::kPaused : Outcome::kTimeUp,
            fmt::format("the time of {} is up", human_duration(budget_.total())),
            std::max(0.0, budget_.left(now) - ExitTime::kKillMargin));
    }
  }
  if (phase_ != Phase::kLeaving) return success();
  if (runs_.empty() && held_.empty()) {
    phase_ = Phase::kGone;
    return success();
  }
  if (now < kill_at_) return success();
  const auto left_behind = parts_.executor.kill_all(give_up_killing(now));
  for (const std::string& process : left_behind) {
    parts_.observer.noted(fmt::format("still there after KILL: {}", process));
  }
  if (auto done = take(parts_.executor.wait(now)); !done) return done;
  phase_ = Phase::kGone;
  return success();
}

/// What is killed is gone soon, unless the machine is too busy; then the answer must not wait.
Nanos RunLoop::give_up_killing(Nanos now) const {
  constexpr double kLate = 0.15;  // seconds after the deadline
  return std::clamp(budget_.instant(-kLate), now + kKillingAtLeast, now + kKillingAtMost);
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

double RunLoop::pause_grace() const {
  return std::clamp(kPauseShare * budget_.total(), kPauseGraceAtLeast, kPauseGraceAtMost);
}

}  // namespace hpopt
