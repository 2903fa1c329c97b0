#include "exec/namespace_containment.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "exec/descendants.h"
#include "exec/pid_namespace.h"

namespace hpopt {
namespace {

/// In a namespace that may break while a newer one is open already.
class NamespaceTree final : public ProcessTree {
 public:
  NamespaceTree(pid_t leader, const std::string& mark, std::shared_ptr<PidNamespace> space)
      : ProcessTree(leader, mark, space->shim()), space_(std::move(space)) {}
  [[nodiscard]] bool lost() const override { return space_->is_broken(); }

 private:
  std::shared_ptr<PidNamespace> space_;
};

class NamespaceContainment final : public Containment {
 public:
  NamespaceContainment(std::unique_ptr<PidNamespace> space, std::string missing)
      : space_(std::move(space)), missing_(std::move(missing)) {}

  Result<std::unique_ptr<TrialProcesses>> spawn(SpawnRequest request,
                                                const std::string& mark) override {
    if (killed_ || space_->is_broken()) {
      if (Status renewed = renew(); !renewed) return renewed.error();
    }
    auto leader = space_->spawn(request);
    if (!leader && space_->is_broken()) {  // by now
      if (Status renewed = renew(); !renewed) return renewed.error();
      leader = space_->spawn(request);
    }
    if (!leader) return leader.error();
    std::unique_ptr<TrialProcesses> tree = std::make_unique<NamespaceTree>(*leader, mark, space_);
    return tree;
  }
  Result<std::unique_ptr<TrialProcesses>> adopt(pid_t process, const std::string& mark) override {
    std::unique_ptr<TrialProcesses> tree = std::make_unique<NamespaceTree>(process, mark, space_);
    return tree;
  }
  [[nodiscard]] pid_t reaper() const override { return space_->shim(); }
  void set_deadline(Nanos instant) override {
    deadline_ = instant;
    space_->set_deadline(instant);
  }
  bool kill_all(const std::vector<pid_t>& /*leaders*/, Nanos /*until*/) override {
    space_->kill();
    killed_ = true;
    drop_ended();
    return space_->has_ended() && former_.empty();
  }
  void reap_orphans(const std::vector<pid_t>& /*leaders*/) override { drop_ended(); }
  [[nodiscard]] std::string name() const override { return std::string(kNamespaceName); }
  [[nodiscard]] std::string explain() const override {
    return "all trials live in one PID namespace: the kernel kills everything inside when hpopt "
           "ends, however it ends, and at the deadline" +
           missing_;
  }

 private:
  /// The former one goes when its trials, which our caller reaps, have gone.
  Status renew() {
    auto fresh = PidNamespace::open();
    if (!fresh) return fresh.error();
    former_.push_back(std::exchange(space_, std::move(*fresh)));
    killed_ = false;
    if (deadline_) space_->set_deadline(*deadline_);
    drop_ended();
    return success();
  }
  void drop_ended() {
    std::erase_if(former_, [](const auto& space) { return space->has_ended(); });
  }

  std::shared_ptr<PidNamespace> space_;
  std::string missing_;
  std::vector<std::shared_ptr<PidNamespace>> former_;
  std::optional<Nanos> deadline_;
  bool killed_ = false;
};

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

}  // namespace

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

std::unique_ptr<Containment> make_namespace_containment(std::unique_ptr<PidNamespace> space,
                                                        std::string missing) {
  return std::make_unique<NamespaceContainment>(std::move(space), std::move(missing));
}

}  // namespace hpopt
