#include "exec/containment.h"

#include <array>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "exec/cgroup_containment.h"
#include "exec/namespace_containment.h"
#include "exec/sweep_containment.h"

namespace hpopt {
namespace {

constexpr std::array<std::pair<ContainmentKind, std::string_view>, 4> kWords{{
    {ContainmentKind::kAuto, "auto"},
    {ContainmentKind::kCgroup, "cgroup"},
    {ContainmentKind::kNamespace, "namespace"},
    {ContainmentKind::kSweeps, "sweeps"},
}};

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

bool wants(ContainmentKind asked, ContainmentKind kind) {
  return asked == ContainmentKind::kAuto || asked == kind;
}

Error not_asked_for() { return {Code::kUnavailable, "not asked for", {}, {}}; }

std::string_view name_of(ContainmentKind kind) {
  switch (kind) {
    case ContainmentKind::kCgroup:
      return kCgroupName;
    case ContainmentKind::kNamespace:
      return kNamespaceName;
    case ContainmentKind::kSweeps:
      return kSweepsName;
    case ContainmentKind::kAuto:
      break;
  }
  return {};
}

}  // namespace

ContainmentKind containment_kind(std::string_view word) {
  for (const auto& [kind, name] : kWords) {
    if (name == word) return kind;
  }
  return ContainmentKind::kAuto;
}

std::unique_ptr<Containment> make_containment(ContainmentKind kind) {
  hear_of_children();
  std::string missing;
  auto session = wants(kind, ContainmentKind::kCgroup) ? CgroupSession::open() : not_asked_for();
  if (!session) missing += fmt::format("; no cgroup: {}", session.error().message());
  auto space = wants(kind, ContainmentKind::kNamespace) ? open_namespace() : not_asked_for();
  if (!space) missing += fmt::format("; no PID namespace: {}", space.error().message());
  const int cgroup = session ? (*session)->fd() : -1;
  std::unique_ptr<Containment> inner = space
                                           ? make_namespace_containment(std::move(*space), missing)
                                           : make_sweep_containment(missing, cgroup);
  return session ? make_cgroup_containment(std::move(*session), std::move(inner), missing)
                 : std::move(inner);
}

Status is_of_kind(const Containment& containment, ContainmentKind kind) {
  if (kind == ContainmentKind::kAuto || containment.name() == name_of(kind)) return success();
  return Error{Code::kUnavailable,
               fmt::format("a containment of the kind '{}' can't be had: {}", name_of(kind),
                           containment.explain()),
               "--containment", "leave the choice to --containment auto"};
}

std::string caveat(const Containment& containment) {
  if (containment.name() != kSweepsName) return {};
  return "containment is best effort here (sweeps): a daemon that a trial leaves behind can "
         "outlive "
         "hpopt if hpopt is killed by force; `hpopt doctor` tells why";
}

}  // namespace hpopt
