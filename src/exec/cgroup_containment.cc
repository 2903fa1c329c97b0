#include "exec/cgroup_containment.h"

#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "exec/namespace_containment.h"

namespace hpopt {
namespace {

constexpr Nanos kFreezing = std::chrono::milliseconds(100);

class CgroupProcesses final : public TrialProcesses {
 public:
  CgroupProcesses(Cgroup group, std::unique_ptr<TrialProcesses> inner)
      : group_(std::move(group)), inner_(std::move(inner)) {}
  ~CgroupProcesses() override { group_.remove(); }
  CgroupProcesses(const CgroupProcesses&) = delete;
  CgroupProcesses& operator=(const CgroupProcesses&) = delete;

  [[nodiscard]] pid_t leader() const override { return inner_->leader(); }
  [[nodiscard]] std::vector<pid_t> members(Nanos /*until*/) const override {
    return group_.processes();
  }
  [[nodiscard]] bool any() const override { return group_.populated(); }
  std::size_t signal(int number) const override {
    const std::vector<pid_t> reached = members(Nanos::max());
    for (const pid_t process : reached) ::kill(process, number);
    return reached.size();
  }
  bool hold() override { return group_.freeze(kFreezing); }
  void thaw() override { group_.thaw(); }
  void kill() override { group_.kill(); }
  void forget_leader() override { inner_->forget_leader(); }
  [[nodiscard]] bool lost() const override { return inner_->lost(); }

 private:
  Cgroup group_;
  std::unique_ptr<TrialProcesses> inner_;
};

class CgroupContainment final : public Containment {
 public:
  CgroupContainment(std::unique_ptr<CgroupSession> session, std::unique_ptr<Containment> inner,
                    std::string missing)
      : session_(std::move(session)), inner_(std::move(inner)), missing_(std::move(missing)) {}

  Result<std::unique_ptr<TrialProcesses>> spawn(SpawnRequest request,
                                                const std::string& mark) override {
    auto group = session_->make_trial();
    if (!group) return group.error();
    request.cgroup = group->fd();
    auto inner = inner_->spawn(std::move(request), mark);
    if (!inner) {
      group->remove();
      return inner.error();
    }
    return held_in(std::move(*group), std::move(*inner));
  }
  Result<std::unique_ptr<TrialProcesses>> adopt(pid_t process, const std::string& mark) override {
    auto group = session_->make_trial();
    if (!group) return group.error();
    auto inner = inner_->adopt(process, mark);
    Status moved = inner ? group->take_in(process) : Status(inner.error());
    if (!moved) {
      group->remove();
      return moved.error();
    }
    return held_in(std::move(*group), std::move(*inner));
  }
  [[nodiscard]] pid_t reaper() const override { return inner_->reaper(); }
  void set_deadline(Nanos instant) override { inner_->set_deadline(instant); }
  bool kill_all(const std::vector<pid_t>& leaders, Nanos until) override {
    session_->kill();
    return inner_->kill_all(leaders, until) && !session_->populated();
  }
  void reap_orphans(const std::vector<pid_t>& leaders) override { inner_->reap_orphans(leaders); }
  [[nodiscard]] std::string name() const override {
    return has_namespace() ? fmt::format("{} and {}", kCgroupName, kNamespaceName)
                           : std::string(kCgroupName);
  }
  [[nodiscard]] std::string explain() const override {
    const std::string inside =
        "each trial lives in a cgroup that nothing leaves: it is frozen, thawed and killed at once";
    if (has_namespace()) return fmt::format("{}; {}", inside, inner_->explain());
    return fmt::format(
        "{}; a keeper process kills what is inside at the deadline and when hpopt is killed by "
        "force{}",
        inside, missing_);
  }

 private:
  static std::unique_ptr<TrialProcesses> held_in(Cgroup group,
                                                 std::unique_ptr<TrialProcesses> inner) {
    return std::make_unique<CgroupProcesses>(std::move(group), std::move(inner));
  }
  [[nodiscard]] bool has_namespace() const { return inner_->name() == kNamespaceName; }

  std::unique_ptr<CgroupSession> session_;  // outlives what is inside
  std::unique_ptr<Containment> inner_;
  std::string missing_;
};

}  // namespace

std::unique_ptr<Containment> make_cgroup_containment(std::unique_ptr<CgroupSession> session,
                                                     std::unique_ptr<Containment> inner,
                                                     std::string missing) {
  return std::make_unique<CgroupContainment>(std::move(session), std::move(inner),
                                             std::move(missing));
}

}  // namespace hpopt
