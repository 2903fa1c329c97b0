#include "exec/containment.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "exec/descendants.h"
#include "exec/pid_namespace.h"

namespace hpopt {
namespace {

class NamespaceContainment final : public Containment {
 public:
  explicit NamespaceContainment(std::unique_ptr<PidNamespace> space) : space_(std::move(space)) {}

  Result<pid_t> spawn(const SpawnRequest& request) override {
    if (killed_) {
      auto fresh = PidNamespace::open();
      if (!fresh) return fresh.error();
      space_ = std::move(*fresh);
      killed_ = false;
      if (deadline_) space_->set_deadline(*deadline_);
    }
    return space_->spawn(request);
  }
  [[nodiscard]] pid_t reaper() const override { return space_->shim(); }
  void set_deadline(Nanos instant) override {
    deadline_ = instant;
    space_->set_deadline(instant);
  }
  bool kill_all(const std::vector<pid_t>& /*leaders*/, Nanos /*until*/) override {
    space_->kill();
    killed_ = true;
    return space_->has_ended();
  }
  void reap_orphans(const std::vector<pid_t>& /*leaders*/) override {}  // the shim does
  [[nodiscard]] std::string name() const override { return "pid namespace"; }
  [[nodiscard]] std::string explain() const override {
    return "all trials live in one PID namespace: the kernel kills everything inside when hpopt "
           "ends, "
           "however it ends, and at the deadline";
  }

 private:
  std::unique_ptr<PidNamespace> space_;
  std::optional<Nanos> deadline_;
  bool killed_ = false;
};

class SweepContainment final : public Containment {
 public:
  explicit SweepContainment(std::string reason)
      : reason_(std::move(reason)), others_(children_of(::getpid())) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  }
  Result<pid_t> spawn(const SpawnRequest& request) override { return hpopt::spawn(request); }
  [[nodiscard]] pid_t reaper() const override { return ::getpid(); }
  void set_deadline(Nanos /*instant*/) override {}
  bool kill_all(const std::vector<pid_t>& leaders, Nanos until) override {
    bool any = false;
    const SystemClock clock;
    for (const pid_t child : children_of(::getpid())) {
      if (clock.monotonic() >= until) return false;
      if (contains(leaders, child) || reap_or_own(child)) any = kill_tree(child, until) || any;
    }
    return !any;
  }
  void reap_orphans(const std::vector<pid_t>& leaders) override {
    for (const pid_t child : children_of(::getpid())) {
      if (!contains(leaders, child)) (void)reap_or_own(child);
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
  static bool contains(const std::vector<pid_t>& processes, pid_t process) {
    return std::find(processes.begin(), processes.end(), process) != processes.end();
  }
  /// Whether it is a live orphan of a trial; a dead one is reaped. Each trial began a session of
  /// its own, so what is in ours was started by a program that we live in, as were those before us.
  [[nodiscard]] bool reap_or_own(pid_t child) const {
    const auto status = read_process(child);
    if (!status || status->session == ::getsid(0) || contains(others_, child)) return false;
    if (is_live(*status)) return true;
    ::waitpid(child, nullptr, WNOHANG);
    return false;
  }

  std::string reason_;
  std::vector<pid_t> others_;  ///< Children that were there before.
};

/// Where SIGCHLD is ignored, as a parent may have left it to us, nobody hears how a child ended. A
/// handler of a program that we live in stays.
void hear_of_children() {
  struct sigaction action {};
  ::sigaction(SIGCHLD, nullptr, &action);
  const bool ignored = (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_IGN;
  if (!ignored && (action.sa_flags & SA_NOCLDWAIT) == 0) return;
  action.sa_flags &= ~SA_NOCLDWAIT;
  if (ignored) action.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &action, nullptr);
}

std::size_t thread_count() {
  std::error_code failed;
  std::size_t count = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/task", failed), end;
       !failed && entry != end; entry.increment(failed)) {
    ++count;
  }
  return count;
}

bool may_administrate() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> held{};
  return ::syscall(SYS_capget, &header, held.data()) == 0 &&
         (held[0].effective & (1U << CAP_SYS_ADMIN)) != 0;
}

Result<std::unique_ptr<PidNamespace>> open_namespace() {
  if (may_administrate()) return PidNamespace::open();
  if (thread_count() != 1) {
    return Error{
        Code::kUnavailable,
        "this program has threads already, and only a process of one thread can enter a user "
        "namespace",
        {},
        {}};
  }
  if (Status entered = enter_user_namespace(); !entered) return entered.error();
  return PidNamespace::open();
}

}  // namespace

std::unique_ptr<Containment> make_containment(ContainmentKind kind) {
  hear_of_children();
  if (kind == ContainmentKind::kSweeps) return std::make_unique<SweepContainment>("not asked for");
  auto space = open_namespace();
  if (space) return std::make_unique<NamespaceContainment>(std::move(*space));
  return std::make_unique<SweepContainment>(space.error().message());
}

}  // namespace hpopt
