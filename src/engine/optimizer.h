// Optimizer: one optimize(). Asks the policy for trials, has each evaluated on a thread of its own,
// wakes those that were paused, and ends in time.
//
// Threads: run() is one; the threads that evaluate() share the study's mutex with it.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/evaluator.h"
#include "engine/shortage.h"
#include "engine/study_impl.h"

namespace hpopt {

class Study::Optimizer {
 public:
  /// `workers`: trials at a time.
  Optimizer(Impl& study, Evaluator& evaluator, const OptimizeOptions& bounds, int workers)
      : impl_(study), evaluator_(evaluator), bounds_(bounds), workers_(workers) {}

  Summary run();

 private:
  using Lock = std::unique_lock<std::mutex>;

  Status begin();
  void work(Lock& lock);

  // One round.
  void step(Lock& lock);
  void heed_wishes();
  void heed_deadline();
  void keep_patience();
  void relieve_memory();
  void dismiss_lost();
  void fill_slots();
  void start(const Impl::Admitted& admitted);
  void run_on_a_thread(const Impl::Admitted& admitted);
  void reap(Lock& lock);
  [[nodiscard]] Nanos next_look() const;

  // On the thread of a trial.
  void evaluate(Trial& trial);
  void settle(Trial::Impl& trial, const Evaluation& evaluation);
  Status conclude(Trial::Impl& trial, const Evaluation& evaluation);
  void do_with_fewer(const Error& error);

  // The end.
  void finish(Summary::Outcome outcome, std::string reason);
  void finish_search(std::string reason);
  void finish_time();
  void fail(const Error& error);
  void wind_up(Lock& lock);
  void ask_to_stop(Lock& lock);
  [[nodiscard]] Nanos time_to_return() const;
  Status close();
  [[nodiscard]] Summary summary() const;

  [[nodiscard]] int running() const { return alive_ - static_cast<int>(impl_.benches.size()); }
  [[nodiscard]] const StudyState& state() const { return impl_.session->state(); }
  [[nodiscard]] Nanos now() const { return impl_.clock.monotonic(); }

  Impl& impl_;
  Evaluator& evaluator_;
  const OptimizeOptions bounds_;
  const int workers_;
  std::list<std::jthread> threads_;
  std::vector<std::thread::id> finished_;  ///< Of those, to be joined.
  int alive_ = 0;                          ///< Threads that evaluate a trial.
  Shortage shortage_;
  Nanos last_poll_{0};
  Nanos last_relief_{0};
  bool done_ = false;
  bool seal_ = false;  ///< The study has ended, not only this call.
  Summary::Outcome outcome_ = Summary::Outcome::kNotRun;
  std::string reason_;
  std::optional<Error> error_;
};

}  // namespace hpopt
