#include "exec/worker_pool.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cstdint>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr Nanos kPauseBetweenLooks = std::chrono::milliseconds(2);
constexpr Nanos kUntilDiscarded = std::chrono::seconds(1);
constexpr int kTriesToFork = 3;
constexpr Nanos kUntilDestroyed = std::chrono::milliseconds(300);

Error at_the_end() { return {Code::kUnavailable, "no worker is started at the end", {}, {}}; }

}  // namespace

WorkerPool::WorkerPool(WorkerCommand command, ContainmentKind kind)
    : command_(std::move(command)),
      called_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      containment_(make_containment(kind)),
      forks_(command_.forks) {}

WorkerPool::~WorkerPool() {
  const Nanos now = clock_.monotonic();
  end(now, now + kUntilDestroyed);
  const std::scoped_lock lock(mutex_);  // what contains them outlives them
  idle_.clear();
  busy_.clear();
  server_.reset();
  workers_.clear();
}

Result<WorkerPool::Taken> WorkerPool::take(TrialId trial) {
  Lock lock(mutex_);
  if (ending_) return at_the_end();
  Worker worker = take_idle();
  const bool is_new = worker == nullptr;
  if (is_new) {
    auto made = make(lock);
    if (!made) return made.error();
    worker = std::move(*made);
  }
  busy_[trial] = worker;
  return Taken{std::move(worker), is_new};
}

WorkerPool::Worker WorkerPool::take_idle() {
  while (!idle_.empty()) {
    Worker worker = std::move(idle_.back());
    idle_.pop_back();
    if (worker->is_ready()) return worker;
    (void)worker->kill();  // it has ended while it was idle, or speaks without being asked
    drop(worker);
  }
  return nullptr;
}

Result<WorkerPool::Worker> WorkerPool::make(Lock& lock) {
  for (int failed = 0;;) {
    if (!forks_) return start();
    if (!server_) {
      auto program = start();
      if (!program) return program.error();
      server_ = std::make_shared<ForkServer>(std::move(*program));
    }
    const auto server = server_;
    auto worker = fork(lock, server);
    if (!worker && ++failed < kTriesToFork && !ending_) continue;  // it may have died at once
    if (!worker || *worker) return worker;
    if (ending_) return at_the_end();
    if (server_ != server) continue;  // another has seen that it doesn't fork
    server_.reset();
    forks_ = server->state() != ForkServer::State::kDeclined;
    // One that has ended says why by its exit code, as any worker.
    if (!server->has_forked()) return server->program();
    server->program()->hang_up();
    drop(server->program());
  }
}

Result<WorkerPool::Worker> WorkerPool::start() {
  auto started = WorkerProcess::start(*containment_, command_);
  if (!started) return started.error();
  return workers_.emplace_back(std::move(*started));
}

/// Null: it does not fork.
Result<WorkerPool::Worker> WorkerPool::fork(Lock& lock, const std::shared_ptr<ForkServer>& server) {
  auto pair = SocketPair::open();
  if (!pair) return pair.error();
  const std::string mark = random_id();
  lock.unlock();  // it may have much to load
  auto child = server->fork(mark, pair->theirs.get(), call(), Nanos(deadline_.load()));
  lock.lock();
  if (!child) return child.error();
  if (ending_ || !*child) return Worker();
  return adopt(server, mark, std::move(**child), std::move(pair->ours));
}

Result<WorkerPool::Worker> WorkerPool::adopt(const std::shared_ptr<ForkServer>& server,
                                             const std::string& mark, ForkServer::Child child,
                                             UniqueFd socket) {
  auto processes = containment_->adopt(child.process, fmt::format("{}={}", kWorkerVariable, mark));
  if (!processes) return processes.error();
  return workers_.emplace_back(std::make_shared<WorkerProcess>(
      std::move(socket), std::move(child.ended), std::move(*processes),
      [server, mark] { return server->exit_code(mark); }));
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
    if (worker->is_our_child() && !worker->exit_code()) leaders.push_back(worker->leader());
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
    if (server_) server_->program()->hang_up();
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
