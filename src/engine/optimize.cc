// Study::optimize: trials as calls of a function, each in a thread of its own;
// Study::optimize_command: trials as processes.
#include <algorithm>
#include <exception>
#include <list>
#include <new>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/opening.h"
#include "engine/run_command.h"
#include "engine/study_impl.h"
#include "engine/summary.h"
#include "exec/memory_words.h"
#include "spec/inline_form.h"

namespace hpopt {
namespace {

using Objective1 = std::function<double(Trial&)>;

}  // namespace

/// Coordinates one optimize(): starts a thread a trial, wakes those that were paused, ends in time.
class Study::Optimizer {
 public:
  Optimizer(const Study& study, const Objective1& objective)
      : impl_(*study.impl_), objective_(objective), workers_(std::max(1, impl_.options.workers)) {}

  Summary run() {
    std::unique_lock lock(impl_.mutex);
    if (Status opened = impl_.ensure_open(); !opened) return failed(opened.error());
    if (impl_.session->state().ended()) return summary(Summary::Outcome::kFinished, "it had ended");
    impl_.stopping = std::stop_source();
    impl_.stop_wanted = false;
    impl_.holds_trials = true;
    while (!done_) step(lock);
    impl_.holds_trials = false;
    release_benches();
    ask_to_stop(lock);
    impl_.changed.wait(lock, [&] { return alive_ == 0; });
    lock.unlock();
    threads_.clear();
    lock.lock();
    if (error_) return failed(*error_);
    if (auto closed = close(); !closed) return failed(closed.error());
    return summary(outcome_, reason_);
  }

 private:
  [[nodiscard]] Summary summary(Summary::Outcome outcome, const std::string& reason) const {
    Summary summary =
        make_summary(impl_.session->state(), impl_.id, impl_.budget->used(impl_.clock.monotonic()));
    summary.outcome = outcome;
    summary.reason = reason;
    return summary;
  }

  void step(std::unique_lock<std::mutex>& lock) {
    impl_.keep_time();
    reap(lock);
    if (impl_.stop_wanted) return finish(Summary::Outcome::kStopped, "stopped by the program");
    if (impl_.left() <= 0) {
      return finish(Summary::Outcome::kTimeUp,
                    fmt::format("the time of {} is up", human_duration(impl_.budget->total())));
    }
    while (!done_ && running() < workers_) {
      auto admitted = impl_.next(workers_ - running(), workers_);
      if (!admitted) return fail(admitted.error());
      if (!*admitted) break;
      if ((*admitted)->finished) {
        if (running() > 0) break;
        return finish(Summary::Outcome::kFinished, (*admitted)->reason);
      }
      start(**admitted);
    }
    if (running() == 0 && !done_) {
      return finish(Summary::Outcome::kFinished, "nothing more is worth starting");
    }
    constexpr auto kTick = std::chrono::milliseconds(200);
    if (!done_) impl_.changed.wait_for(lock, kTick);
  }

  [[nodiscard]] int running() const { return alive_ - static_cast<int>(impl_.benches.size()); }

  void start(const Impl::Admitted& admitted) {
    if (const auto bench = impl_.benches.find(admitted.trial); bench != impl_.benches.end()) {
      bench->second->token = admitted.token;
      bench->second->woken.notify_all();
      impl_.benches.erase(bench);
      return;
    }
    ++alive_;
    threads_.emplace_back(
        [this, trial = Trial(impl_.lease(admitted))]() mutable { evaluate(std::move(trial)); });
  }

  void evaluate(Trial trial) {
    try {
      const double score = objective_(trial);
      const std::scoped_lock lock(impl_.mutex);
      (void)trial.impl_->tell(score);
    } catch (const std::bad_alloc& thrown) {
      fail_trial(*trial.impl_, thrown.what(), Memory::kHost);
    } catch (const std::exception& thrown) {
      fail_trial(*trial.impl_, thrown.what(), memory_in(thrown.what()));
    } catch (...) {
      fail_trial(*trial.impl_, "an exception that is no std::exception", Memory::kEnough);
    }
    const std::scoped_lock lock(impl_.mutex);
    finished_.push_back(std::this_thread::get_id());
    --alive_;
    impl_.changed.notify_all();
  }

  void fail_trial(Trial::Impl& trial, const std::string& what, Memory memory) {
    const std::scoped_lock lock(impl_.mutex);
    (void)trial.fail(what, memory, {.by = "engine", .reason = "the objective threw an exception"});
  }

  void reap(std::unique_lock<std::mutex>& lock) {
    const auto ids = std::move(finished_);
    finished_.clear();
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

  void release_benches() {
    while (!impl_.benches.empty()) {
      Status dismissed = impl_.dismiss(impl_.benches.begin()->first);
      if (!dismissed && !error_) fail(dismissed.error());
    }
  }

  void finish(Summary::Outcome outcome, std::string reason) {
    done_ = true;
    outcome_ = outcome;
    reason_ = std::move(reason);
  }

  /// Callbacks on the token run here: they may call the study.
  void ask_to_stop(std::unique_lock<std::mutex>& lock) {
    std::stop_source stopping = impl_.stopping;
    lock.unlock();
    stopping.request_stop();
    lock.lock();
  }

  void fail(const Error& error) {
    error_ = error;
    finish(Summary::Outcome::kError, error.message());
  }

  Status close() {
    auto decider = HeldLease::take(impl_.session->journal(), kDecider);
    if (!decider) return decider.error();
    return impl_.append({StudyEnded{decider->epoch(),
                                    {.by = "engine",
                                     .reason = reason_,
                                     .read_revision = impl_.session->state().revision(),
                                     .time_left = impl_.left(),
                                     .free_slots = workers_}}});
  }

  Summary failed(const Error& error) {
    Summary summary;
    if (impl_.session) summary = make_summary(impl_.session->state(), impl_.id, 0);
    summary.outcome = Summary::Outcome::kError;
    summary.error = error;
    return summary;
  }

  Impl& impl_;
  const Objective1& objective_;
  const int workers_;
  std::list<std::jthread> threads_;
  std::vector<std::thread::id> finished_;
  int alive_ = 0;
  bool done_ = false;
  Summary::Outcome outcome_ = Summary::Outcome::kNotRun;
  std::string reason_;
  std::optional<Error> error_;
};

Summary Study::optimize(const std::function<double(Trial&)>& objective) {
  if (impl_->options.time.count() <= 0 && impl_->options.trials <= 0 &&
      impl_->options.space.empty()) {
    Summary summary;
    summary.outcome = Summary::Outcome::kError;
    summary.error = invalid("nothing bounds the study", "set Options::time or Options::trials");
    return summary;
  }
  return Optimizer(*this, objective).run();
}

Summary Study::optimize_command(const std::vector<std::string>& argv) {
  const auto failed = [](const Error& error) {
    Summary summary;
    summary.outcome = Summary::Outcome::kError;
    summary.error = error;
    return summary;
  };
  {
    const std::scoped_lock lock(impl_->mutex);
    if (impl_->session && impl_->session->state().spec().command.empty()) {
      return failed(invalid("the study's objective is a function, and a command is to be run",
                            "give the command's study another name"));
    }
    impl_->runner.reset();  // the run holds the lease itself
  }
  StudySpec spec = impl_->spec();
  if (Status applied = apply_inline(argv, spec); !applied) return failed(applied.error());
  const std::string directory = std::filesystem::current_path().string();
  auto found = find_study(*impl_->store, spec, directory);
  if (!found) return failed(found.error());
  auto opened = open_study(*impl_->store, *found, spec, directory, impl_->choice(), std::nullopt,
                           impl_->options.seed, impl_->clock);
  if (!opened) return failed(opened.error());
  impl_->id = opened->study;
  if (!opened->run) {
    auto summary = summarize(*impl_->store, opened->study);
    return summary ? *summary : failed(summary.error());
  }
  RunObserver silent;
  RunSettings settings;
  settings.store_directory = impl_->directory();
  settings.workers = impl_->options.workers;
  settings.stop = &impl_->stop_wanted;
  impl_->stop_wanted = false;
  return run_command(*impl_->store, opened->study, settings, silent, impl_->clock);
}

}  // namespace hpopt
