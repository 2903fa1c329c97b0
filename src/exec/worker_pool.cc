#include "exec/worker_pool.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cstdint>
#include <thread>
#include <utility>

namespace hpopt {
namespace {

constexpr Nanos kPauseBetweenLooks = std::chrono::milliseconds(2);
constexpr Nanos kUntilDiscarded = std::chrono::seconds(1);
constexpr Nanos kUntilDestroyed = std::chrono::milliseconds(300);

}  // namespace

WorkerPool::WorkerPool(WorkerCommand command, ContainmentKind kind)
    : command_(std::move(command)),
      called_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      containment_(make_containment(kind)) {}

WorkerPool::~WorkerPool() {
  const Nanos now = clock_.monotonic();
  end(now, now + kUntilDestroyed);
  const std::scoped_lock lock(mutex_);  // what contains them outlives them
  idle_.clear();
  busy_.clear();
  workers_.clear();
}

Result<WorkerPool::Taken> WorkerPool::take(TrialId trial) {
  const std::scoped_lock lock(mutex_);
  if (ending_) return Error{Code::kUnavailable, "no worker is started at the end", {}, {}};
  while (!idle_.empty()) {
    Worker worker = std::move(idle_.back());
    idle_.pop_back();
    if (worker->is_ready()) {
      busy_[trial] = worker;
      return Taken{std::move(worker), false};
    }
    (void)worker->kill();  // it has ended while it was idle, or speaks without being asked
    drop(worker);
  }
  auto started = WorkerProcess::start(*containment_, command_);
  if (!started) return started.error();
  Worker worker = std::move(*started);
  workers_.push_back(worker);
  busy_[trial] = worker;
  return Taken{std::move(worker), true};
}

void WorkerPool::give_back(TrialId trial, Worker worker) {
  const std::scoped_lock lock(mutex_);
  busy_.erase(trial);
  if (!ending_) idle_.push_back(std::move(worker));
}

void WorkerPool::discard(TrialId trial, Worker worker) {
  const Nanos until = clock_.monotonic() + kUntilDiscarded;
  bool gone = ending_;  // then end() does it
  while (!gone && clock_.monotonic() < until) {
    gone = ending_ || worker->kill();
    if (!gone) std::this_thread::sleep_for(kPauseBetweenLooks);
  }
  const std::scoped_lock lock(mutex_);
  busy_.erase(trial);
  if (!ending_) drop(worker);
  worker.reset();
}

/// One that hangs in the kernel stays in the list, to be reaped at the end.
void WorkerPool::drop(const Worker& worker) {
  if (worker->exit_code()) std::erase(workers_, worker);
  containment_->reap_orphans(leaders());
}

void WorkerPool::set_deadline(Nanos instant) {
  deadline_ = instant.count();
  const std::scoped_lock lock(mutex_);
  containment_->set_deadline(instant);
}

bool WorkerPool::is_ending() const { return ending_ || clock_.monotonic().count() >= deadline_; }

std::vector<Pool> WorkerPool::held_memory(const std::set<TrialId>& held,
                                          const std::set<TrialId>& leaving) {
  const std::scoped_lock lock(mutex_);
  for (auto known = measured_.begin(); known != measured_.end();) {
    const bool waits = held.contains(*known) && busy_.contains(*known);
    const bool leaves = leaving.contains(*known) && busy_.contains(*known);
    if (leaves) held_memory_.expect(*known);
    if (!waits && !leaves) held_memory_.forget(*known);
    known = waits || leaves ? std::next(known) : measured_.erase(known);
  }
  for (const TrialId trial : held) {
    const auto busy = busy_.find(trial);
    if (busy == busy_.end() || !measured_.insert(trial).second) continue;
    held_memory_.measure(trial, busy->second->members(), false);
  }
  return held_memory_.pools();
}

std::vector<pid_t> WorkerPool::leaders() const {
  std::vector<pid_t> leaders;
  for (const Worker& worker : workers_) {
    if (!worker->exit_code()) leaders.push_back(worker->leader());
  }
  return leaders;
}

bool WorkerPool::all_reaped() const {
  return std::all_of(workers_.begin(), workers_.end(),
                     [](const Worker& worker) { return worker->exit_code().has_value(); });
}

void WorkerPool::end(Nanos exit_by, Nanos gone_by) {
  const auto pause = [] { std::this_thread::sleep_for(kPauseBetweenLooks); };
  {
    const std::scoped_lock lock(mutex_);
    for (const Worker& worker : std::exchange(idle_, {})) worker->hang_up();
  }
  const auto has_exited = [this] {
    const std::scoped_lock lock(mutex_);
    return all_reaped();
  };
  while (clock_.monotonic() < exit_by && !has_exited()) pause();
  ending_ = true;
  const std::uint64_t one = 1;
  (void)!::write(called_.get(), &one, sizeof one);
  while (!kill_round(gone_by) && clock_.monotonic() < gone_by) pause();
}

/// true: nothing is left.
bool WorkerPool::kill_round(Nanos until) {
  const std::scoped_lock lock(mutex_);
  const bool dead = containment_->kill_all(leaders(), until);
  return all_reaped() && dead;
}

}  // namespace hpopt
