#include "exec/sweep_containment.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "exec/descendants.h"

namespace hpopt {
namespace {

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

class SweepContainment final : public Containment {
 public:
  explicit SweepContainment(std::string reason)
      : reason_(std::move(reason)), others_(children_of(::getpid())) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    SessionRegistry::global().enter(this);
  }
  ~SweepContainment() override { SessionRegistry::global().leave(this); }
  SweepContainment(const SweepContainment&) = delete;
  SweepContainment& operator=(const SweepContainment&) = delete;

  Result<pid_t> spawn(const SpawnRequest& request) override {
    auto leader = hpopt::spawn(request);
    if (leader) SessionRegistry::global().add(*leader, this);
    return leader;
  }
  [[nodiscard]] pid_t reaper() const override { return ::getpid(); }
  void set_deadline(Nanos /*instant*/) override {}

  bool kill_all(const std::vector<pid_t>& leaders, Nanos until) override {
    const SystemClock clock;
    bool any = false;
    for (const pid_t child : children_of(::getpid())) {
      if (clock.monotonic() >= until) return false;
      if (contains(leaders, child) || is_live_orphan(child)) any = kill_tree(child, until) || any;
    }
    return !any;
  }

  void reap_orphans(const std::vector<pid_t>& leaders) override {
    for (const pid_t child : children_of(::getpid())) {
      if (!contains(leaders, child)) (void)is_live_orphan(child);
    }
  }

  [[nodiscard]] std::string name() const override { return "sweeps"; }
  [[nodiscard]] std::string explain() const override {
    return fmt::format(
        "descendants of trials are looked for and killed one by one, best effort; they go "
        "on if hpopt itself is killed by force. No PID namespace: {}",
        reason_);
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

  std::string reason_;
  std::vector<pid_t> others_;  ///< Children that were there before.
};

}  // namespace

std::unique_ptr<Containment> make_sweep_containment(std::string reason) {
  return std::make_unique<SweepContainment>(std::move(reason));
}

}  // namespace hpopt
