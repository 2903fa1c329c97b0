// WorkerPool: worker processes that evaluate one trial after another, and what contains them.
//
//   WorkerPool pool({.argv = {"python3", "worker.py"}});
//   auto worker = pool.take(trial);        // an idle one, or a new one
//   ...                                    // speak with it; pool.call() interrupts that
//   pool.give_back(trial, std::move(*worker));
//   pool.end(exit_by, gone_by);
//
// Threads: any. Ownership: what still lives when it is destroyed is killed.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "exec/containment.h"
#include "exec/fork_server.h"
#include "exec/held_memory.h"
#include "exec/worker_process.h"
#include "study/action.h"

namespace hpopt {

class WorkerPool {
 public:
  using Worker = std::shared_ptr<WorkerProcess>;

  explicit WorkerPool(WorkerCommand command, ContainmentKind kind = ContainmentKind::kAuto);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  struct Taken {
    Worker worker;
    bool is_new = true;  ///< It has evaluated nothing yet.
  };
  /// For the trial. Errors: the program is missing or can't be started; kUnavailable after end().
  Result<Taken> take(TrialId trial);
  /// It is idle, and evaluates another trial later.
  void give_back(TrialId trial, Worker worker);
  /// KILL to it and all that it started.
  void discard(TrialId trial, Worker worker);

  /// Readable once end() has begun: whoever speaks with a worker lets go.
  [[nodiscard]] int call() const { return called_.get(); }
  /// KILL to everything at this instant, even if we hang, where the containment can do that.
  void set_deadline(Nanos instant);
  /// Whether what is killed now is killed by us.
  [[nodiscard]] bool is_ending() const;

  /// What the workers of trials that wait keep of memory. `leaving`: of those, told to return.
  [[nodiscard]] std::vector<Pool> held_memory(const std::set<TrialId>& held,
                                              const std::set<TrialId>& leaving);

  /// Tells the idle ones to exit and waits for that until `exit_by`; then calls those who speak
  /// with others, and kills everything. Looks for what is left until `gone_by`.
  void end(Nanos exit_by, Nanos gone_by);

 private:
  using Lock = std::unique_lock<std::mutex>;

  Worker take_idle();
  Result<Worker> make(Lock& lock);
  Result<Worker> start();
  Result<Worker> fork(Lock& lock, const std::shared_ptr<ForkServer>& server);
  Result<Worker> adopt(const std::shared_ptr<ForkServer>& server, const std::string& mark,
                       ForkServer::Child child, UniqueFd socket);
  [[nodiscard]] std::vector<pid_t> leaders() const;
  [[nodiscard]] bool all_reaped() const;
  void drop(const Worker& worker);
  bool kill_round(Nanos until);

  const WorkerCommand command_;
  SystemClock clock_;
  UniqueFd called_;
  std::atomic<Nanos::rep> deadline_{Nanos::max().count()};
  std::atomic<bool> ending_{false};

  mutable std::mutex mutex_;  ///< Guards all below.
  std::unique_ptr<Containment> containment_;
  bool forks_;
  std::shared_ptr<ForkServer> server_;  ///< None: not started yet, or they are started one by one.
  std::vector<Worker> workers_;         ///< That live, or have not been reaped; the server's too.
  std::vector<Worker> idle_;            ///< The last one is taken first.
  std::map<TrialId, Worker> busy_;
  HeldMemory held_memory_;
  std::set<TrialId> measured_;
};

}  // namespace hpopt
