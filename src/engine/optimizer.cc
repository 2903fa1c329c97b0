#include "engine/optimizer.h"

#include <algorithm>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/exit_time.h"
#include "engine/summary.h"
#include "engine/trial_run.h"
#include "policy/ending.h"
#include "study/full_length.h"

namespace hpopt {
namespace {

using Outcome = Summary::Outcome;

constexpr Nanos kTick = std::chrono::milliseconds(200);
constexpr Nanos kPollWishes = std::chrono::milliseconds(500);
constexpr Nanos kPollMemory =
    std::chrono::milliseconds(100);  // a trial may take it all in a second
constexpr Nanos kSoon = std::chrono::seconds(1);
constexpr Nanos kToReturn = std::chrono::seconds(5);  // as a worker has after a verdict
constexpr double kNoTime = 0.01;                      // of the budget: too little for anything
constexpr double kGivenUp = 0.15;                     // seconds after the deadline

/// What the last sessions left behind, as a wish that was heeded, must not end this call.
bool begins_anew(const StudyState& state) {
  return state.wish().has_value() || crash_loop(state).has_value();
}

Error no_thread(const std::system_error& error) {
  return {Code::kUnavailable,
          fmt::format("no thread can be had for a trial: {}", error.code().message()),
          {},
          "raise the limit on processes (ulimit -u), or run fewer workers"};
}

}  // namespace

Summary Study::Optimizer::run() {
  Lock lock(impl_.mutex);
  if (Status begun = begin(); !begun) {
    fail(begun.error());
    return summary();
  }
  if (state().ended() && state().counts().waiting == 0) {
    finish(Outcome::kFinished, "it had ended");
    return summary();
  }
  work(lock);
  if (!error_) {
    if (Status closed = close(); !closed) fail(closed.error());
  }
  return summary();
}

Status Study::Optimizer::begin() {
  if (impl_.optimizing) {
    return Error{Code::kBusy,
                 fmt::format("study '{}' is being optimized already", impl_.name),
                 {},
                 "wait until that call returns, or give this one a study object of its own"};
  }
  if (Status opened = impl_.ensure_open(); !opened) return opened;
  if (Status folded = impl_.session->refresh(); !folded) return folded;
  impl_.begin_work();
  if (Status bound = impl_.set_bounds(bounds_); !bound) return bound;
  return begins_anew(state()) ? impl_.session->announce("in process") : success();
}

void Study::Optimizer::work(Lock& lock) {
  impl_.optimizing = true;
  impl_.stopping = std::stop_source();
  impl_.stop_wanted = false;
  impl_.holds_trials = true;
  const double budget = impl_.budget->total();
  impl_.margin = evaluator_.is_enforced() && impl_.budget->bounded() ? ExitTime().grace(budget) : 0;
  if (impl_.budget->bounded()) evaluator_.set_deadline(impl_.budget->instant(0));
  while (!done_) step(lock);
  wind_up(lock);
  impl_.margin = 0;
  impl_.optimizing = false;
  impl_.rest();
  impl_.charge();
  impl_.session->set_patience(kPatience);
}

void Study::Optimizer::step(Lock& lock) {
  impl_.keep_time();
  keep_patience();
  reap(lock);
  heed_wishes();
  relieve_memory();
  heed_deadline();
  if (!done_ && !impl_.is_over()) fill_slots();
  if (!done_) impl_.changed.wait_for(lock, next_look());
}

/// For others' locks: never so long that the end would be late.
void Study::Optimizer::keep_patience() {
  constexpr double kAtLeast = 0.2;  // seconds
  constexpr double kAtMost = 2;
  constexpr double kShare = 0.1;
  if (!evaluator_.is_enforced() || !impl_.budget->bounded()) return;
  impl_.session->set_patience(from_seconds(std::clamp(kShare * impl_.left(), kAtLeast, kAtMost)));
}

void Study::Optimizer::heed_wishes() {
  if (impl_.stop_wanted) return finish(Outcome::kStopped, "stopped by the program");
  if (now() - last_poll_ < kPollWishes) return;
  last_poll_ = now();
  if (Status polled = impl_.session->poll(); !polled) return fail(polled.error());
  if (state().wish() == Wish::kStop) {
    seal_ = true;
    return finish(Outcome::kStopped, "stopped by a user");
  }
  if (state().wish() == Wish::kPause) return finish(Outcome::kPaused, "paused by a user");
  dismiss_lost();
}

void Study::Optimizer::heed_deadline() {
  if (done_ || !impl_.is_over()) return;
  const double margin = evaluator_.is_enforced() ? ExitTime::kKillMargin : 0;
  if (running() > 0 && impl_.left() > margin) return;
  finish_time();
}

void Study::Optimizer::finish_time() {
  seal_ = !impl_.budget->outlives_session();
  finish(seal_ ? Outcome::kTimeUp : Outcome::kPaused,
         fmt::format("the time of {} is up", human_duration(impl_.budget->total())));
}

/// Another process has gone on with a trial that waits here.
void Study::Optimizer::dismiss_lost() {
  std::vector<TrialId> lost;
  for (const auto& [trial, bench] : impl_.benches) {
    const TrialRecord& record = *state().find(trial);
    if (!record.held || !impl_.session->is_own(record.session)) lost.push_back(trial);
  }
  for (const TrialId trial : lost) impl_.dismiss(trial);
}

void Study::Optimizer::relieve_memory() {
  if (impl_.benches.empty() || now() - last_relief_ < kPollMemory) return;
  last_relief_ = now();
  std::set<TrialId> held;
  for (const auto& [trial, bench] : impl_.benches) held.insert(trial);
  for (const Pool& pool : evaluator_.held_memory(held, impl_.leaving)) {
    const Moment moment = impl_.moment(workers_ - running(), workers_);
    for (const EvictAction& action : impl_.policy->relieve(state(), moment, pool)) {
      if (impl_.benches.contains(action.trial)) impl_.dismiss(action.trial);
    }
  }
}

void Study::Optimizer::fill_slots() {
  while (running() < shortage_.slots(workers_, now())) {
    auto admitted = impl_.next(workers_ - running(), workers_);
    if (!admitted && admitted.error().code == Code::kBusy) return;  // again with the next round
    if (!admitted) return fail(admitted.error());
    if (!*admitted) break;
    if ((*admitted)->finished) {
      if (running() > 0) break;
      return finish_search((*admitted)->reason);
    }
    start(**admitted);
  }
  if (running() > 0 || !impl_.leaving.empty()) return;
  finish_search("nothing more is worth starting");
}

void Study::Optimizer::start(const Impl::Admitted& admitted) {
  if (const auto bench = impl_.benches.find(admitted.trial); bench != impl_.benches.end()) {
    bench->second->token = admitted.token;
    bench->second->woken.notify_all();
    impl_.benches.erase(bench);
    return;
  }
  run_on_a_thread(admitted);
}

void Study::Optimizer::run_on_a_thread(const Impl::Admitted& admitted) {
  auto trial = std::make_shared<Trial>(Trial(impl_.lease(admitted)));
  ++alive_;
  try {
    threads_.emplace_back([this, trial] { evaluate(*trial); });
  } catch (const std::system_error& error) {
    settle(*trial->impl_, {.end = Evaluation::End::kNotStarted, .error = no_thread(error)});
    --alive_;
    trial->impl_->over = Verdict::kPause;  // nothing is left for its destructor, which would lock
  }
}

Nanos Study::Optimizer::next_look() const {
  if (!impl_.budget->bounded()) return kTick;
  const Nanos margin = from_seconds(impl_.margin > 0 ? ExitTime::kKillMargin : 0);
  return std::clamp(impl_.budget->instant(0) - margin - now(), Nanos{0}, kTick);
}

void Study::Optimizer::reap(Lock& lock) {
  const auto ids = std::exchange(finished_, {});
  std::list<std::jthread> gone;
  for (auto thread = threads_.begin(); thread != threads_.end();) {
    const auto next = std::next(thread);
    if (std::find(ids.begin(), ids.end(), thread->get_id()) != ids.end()) {
      gone.splice(gone.end(), threads_, thread);
    }
    thread = next;
  }
  if (gone.empty()) return;
  lock.unlock();
  gone.clear();
  lock.lock();
}

void Study::Optimizer::evaluate(Trial& trial) {
  const Evaluation evaluation = evaluator_.evaluate(trial);
  const std::scoped_lock lock(impl_.mutex);
  settle(*trial.impl_, evaluation);
  impl_.leaving.erase(trial.impl_->id);
  finished_.push_back(std::this_thread::get_id());
  --alive_;
  impl_.changed.notify_all();
}

void Study::Optimizer::settle(Trial::Impl& trial, const Evaluation& evaluation) {
  Status settled = conclude(trial, evaluation);
  if (settled) settled = trial.let_go();
  // Another process has made progress with it: that is what counts.
  if (!settled && settled.error().code != Code::kConflict && !error_) fail(settled.error());
}

Status Study::Optimizer::conclude(Trial::Impl& trial, const Evaluation& evaluation) {
  switch (evaluation.end) {
    case Evaluation::End::kScore:
      return trial.over ? success() : trial.tell(evaluation.score);
    case Evaluation::End::kFailure:
      if (trial.over) return success();
      return trial.fail(evaluation.message, evaluation.memory,
                        {.by = "engine", .reason = evaluation.reason}, evaluation.exit_code);
    case Evaluation::End::kNotStarted:
      do_with_fewer(*evaluation.error);
      return trial.leave_off("it could not be started: " + evaluation.error->message());
    case Evaluation::End::kInterrupted:
      break;
  }
  if (!evaluation.reason.empty()) return trial.leave_off(evaluation.reason);
  return trial.leave_off(done_ ? reason_ : "the time is up");  // it was, for what contains them
}

/// Whoever waits with a worker gives it to another, where none runs.
void Study::Optimizer::do_with_fewer(const Error& error) {
  const bool alone = alive_ == 1;
  if (alone && !error_) fail(error);
  if (alone || done_) return;
  const int others = running() - 1;
  shortage_.note(others, now());
  if (others > 0) return;
  Pool waiting{.name = "workers", .limit = impl_.benches.size() - 1};
  for (const auto& [trial, bench] : impl_.benches) waiting.kept[trial] = 1;
  const auto cheapest = impl_.policy->relieve(state(), impl_.moment(workers_, workers_), waiting);
  impl_.dismiss(cheapest.empty() ? impl_.benches.begin()->first : cheapest.front().trial);
}

void Study::Optimizer::finish(Outcome outcome, std::string reason) {
  if (done_) return;
  done_ = true;
  outcome_ = outcome;
  reason_ = std::move(reason);
}

/// What is too little for this call may be enough for another with more time.
void Study::Optimizer::finish_search(std::string reason) {
  if (const auto loop = crash_loop(state())) {
    return fail(invalid(*loop, "mend the objective and optimize again"));
  }
  const double rest = impl_.left() - impl_.margin;
  if (rest < kNoTime * impl_.budget->total() && impl_.budget->bounded()) return finish_time();
  seal_ = !impl_.budget->outlives_session();
  finish(seal_ ? Outcome::kFinished : Outcome::kPaused, std::move(reason));
}

void Study::Optimizer::fail(const Error& error) {
  error_ = error;
  done_ = true;
  outcome_ = Outcome::kError;
  reason_ = error.message();
  impl_.changed.notify_all();
}

/// Those that wait return; what can be ended is ended when its time to return is over.
void Study::Optimizer::wind_up(Lock& lock) {
  impl_.holds_trials = false;
  while (!impl_.benches.empty()) impl_.dismiss(impl_.benches.begin()->first);
  ask_to_stop(lock);
  const auto all_returned = [this] { return alive_ == 0; };
  if (evaluator_.is_enforced()) {
    const Nanos deadline = impl_.budget->instant(ExitTime::kKillMargin);
    const Nanos return_by = std::min(now() + time_to_return(), deadline);
    impl_.changed.wait_for(lock, std::max(Nanos{0}, return_by - now()), all_returned);
    const Nanos exit_by = std::min(now() + kSoon, deadline);
    const Nanos gone_by = std::clamp(impl_.budget->instant(-kGivenUp), now() + kTick,
                                     std::max(exit_by, now()) + kSoon);
    lock.unlock();
    evaluator_.end(exit_by, gone_by);
    lock.lock();
  }
  impl_.changed.wait(lock, all_returned);
  lock.unlock();
  threads_.clear();
  lock.lock();
}

/// Callbacks on the token run here: they may call the study.
void Study::Optimizer::ask_to_stop(Lock& lock) {
  std::stop_source stopping = impl_.stopping;
  lock.unlock();
  stopping.request_stop();
  lock.lock();
}

Nanos Study::Optimizer::time_to_return() const {
  return outcome_ == Outcome::kFinished ? kToReturn : kSoon;
}

/// The answer does not wait for the disk.
Status Study::Optimizer::close() {
  if (!seal_) return success();
  return impl_.decide([this](Epoch epoch) {
    return impl_.append({StudyEnded{epoch,
                                    {.by = "engine",
                                     .reason = reason_,
                                     .read_revision = state().revision(),
                                     .time_left = impl_.left(),
                                     .free_slots = workers_}}},
                        Durability::kBatched);
  });
}

Summary Study::Optimizer::summary() const {
  Summary summary;
  if (impl_.session && impl_.budget) {
    summary = make_summary(state(), impl_.id, impl_.budget->used(impl_.present()));
  }
  summary.outcome = outcome_;
  summary.reason = reason_;
  summary.error = error_;
  return summary;
}

}  // namespace hpopt
