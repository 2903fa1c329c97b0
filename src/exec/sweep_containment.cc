#include "exec/sweep_containment.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "exec/descendants.h"
#include "exec/keeper.h"

namespace hpopt {
namespace {

constexpr std::string_view kSweepVariable = "HPOPT_SWEEP=";

/// Who started which session, over all containments of this program: each leader begins one, and
/// its number stays the session's.
class SessionRegistry {
 public:
  static SessionRegistry& global() {
    static SessionRegistry registry;
    return registry;
  }
  void enter(const void* owner) {
    const std::scoped_lock lock(mutex_);
    owners_.insert(owner);
  }
  void leave(const void* owner) {
    const std::scoped_lock lock(mutex_);
    owners_.erase(owner);
    std::erase_if(sessions_, [&](const auto& item) { return item.second == owner; });
  }
  void add(pid_t session, const void* owner) {
    const std::scoped_lock lock(mutex_);
    sessions_[session] = owner;
  }
  /// A session that nobody started is of something that left its own: it can be told only while
  /// there is one owner.
  [[nodiscard]] bool owns(const void* owner, pid_t session) const {
    const std::scoped_lock lock(mutex_);
    const auto known = sessions_.find(session);
    return known == sessions_.end() ? owners_.size() == 1 : known->second == owner;
  }

 private:
  mutable std::mutex mutex_;
  std::set<const void*> owners_;
  std::map<pid_t, const void*> sessions_;
};

bool contains(const std::vector<pid_t>& processes, pid_t process) {
  return std::find(processes.begin(), processes.end(), process) != processes.end();
}

/// Of which the keeper knows as long as it is there.
class WatchedTree final : public ProcessTree {
 public:
  WatchedTree(pid_t leader, const std::string& mark, std::shared_ptr<Keeper> keeper)
      : ProcessTree(leader, mark, ::getpid()), keeper_(std::move(keeper)) {
    keeper_->watch(leader);
  }
  ~WatchedTree() override { keeper_->forget(leader()); }
  WatchedTree(const WatchedTree&) = delete;
  WatchedTree& operator=(const WatchedTree&) = delete;

 private:
  std::shared_ptr<Keeper> keeper_;
};

/// As no other containment, of this program or another, has it.
std::string unique_mark() {
  return fmt::format("{}{}-{}", kSweepVariable, ::getpid(), SystemClock().monotonic().count());
}

class SweepContainment final : public Containment {
 public:
  SweepContainment(std::string missing, int cgroup)
      : missing_(std::move(missing)),
        others_(children_of(::getpid())),
        keeper_(std::make_shared<Keeper>(unique_mark(), cgroup)) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    SessionRegistry::global().enter(this);
    adopt_keeper();
  }
  ~SweepContainment() override {
    if (all_dead_) keeper_->dismiss();
    SessionRegistry::global().leave(this);
  }
  SweepContainment(const SweepContainment&) = delete;
  SweepContainment& operator=(const SweepContainment&) = delete;

  Result<std::unique_ptr<TrialProcesses>> spawn(SpawnRequest request,
                                                const std::string& mark) override {
    all_dead_ = false;
    keeper_->look_after();
    adopt_keeper();
    std::erase_if(request.environment,  // of an hpopt that we live in
                  [](const std::string& entry) { return entry.starts_with(kSweepVariable); });
    request.environment.push_back(keeper_->mark());
    const auto leader = hpopt::spawn(request);
    if (!leader) return leader.error();
    return adopt(*leader, mark);
  }
  Result<std::unique_ptr<TrialProcesses>> adopt(pid_t process, const std::string& mark) override {
    SessionRegistry::global().add(process, this);
    std::unique_ptr<TrialProcesses> tree = std::make_unique<WatchedTree>(process, mark, keeper_);
    return tree;
  }
  [[nodiscard]] pid_t reaper() const override { return ::getpid(); }
  void set_deadline(Nanos instant) override { keeper_->set_deadline(instant); }

  bool kill_all(const std::vector<pid_t>& leaders, Nanos until) override {
    const SystemClock clock;
    bool any = false;
    for (const pid_t child : children_of(::getpid())) {
      if (clock.monotonic() >= until) return false;
      if (contains(leaders, child) || is_live_orphan(child)) any = kill_tree(child, until) || any;
    }
    all_dead_ = !any && can_look();
    return all_dead_;
  }

  void reap_orphans(const std::vector<pid_t>& leaders) override {
    for (const pid_t child : children_of(::getpid())) {
      if (!contains(leaders, child)) (void)is_live_orphan(child);
    }
  }

  [[nodiscard]] std::string name() const override { return std::string(kSweepsName); }
  [[nodiscard]] std::string explain() const override {
    return "descendants of trials are looked for and killed one by one, best effort: by a keeper "
           "process at the deadline and when hpopt itself is killed by force" +
           missing_;
  }

 private:
  /// Whether it is a live orphan of a trial; a dead one is reaped. What is in our own session, or
  /// was there before, was started by a program that we live in.
  [[nodiscard]] bool is_live_orphan(pid_t child) const {
    const auto status = read_process(child);
    if (!status || status->session == ::getsid(0) || contains(others_, child)) return false;
    if (!SessionRegistry::global().owns(this, status->session)) return false;
    if (is_live(*status)) return true;
    ::waitpid(child, nullptr, WNOHANG);
    return false;
  }

  /// It leads a session, which is nobody's trial.
  void adopt_keeper() const { SessionRegistry::global().add(keeper_->process(), nullptr); }

  std::string missing_;
  std::vector<pid_t> others_;  ///< Children that were there before.
  std::shared_ptr<Keeper> keeper_;
  bool all_dead_ = true;
};

}  // namespace

std::unique_ptr<Containment> make_sweep_containment(std::string missing, int cgroup) {
  return std::make_unique<SweepContainment>(std::move(missing), cgroup);
}

}  // namespace hpopt
