#include "exec/containment.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <optional>
#include <system_error>

#include "exec/pid_namespace.h"
#include "exec/sweep_containment.h"

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
  if (kind == ContainmentKind::kSweeps) return make_sweep_containment("not asked for");
  auto space = open_namespace();
  if (space) return std::make_unique<NamespaceContainment>(std::move(*space));
  return make_sweep_containment(space.error().message());
}

}  // namespace hpopt
