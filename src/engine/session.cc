#include "engine/session.h"

#include <unistd.h>

#include <array>

#include "engine/version.h"

namespace hpopt {
namespace {

constexpr int kAnnounceTries = 100;

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

}  // namespace

Result<std::unique_ptr<Session>> Session::open(std::unique_ptr<Journal> journal,
                                               const Clock& clock) {
  std::unique_ptr<Session> session(new Session(std::move(journal), clock));
  if (auto folded = session->refresh(); !folded) return folded.error();
  return session;
}

Status Session::announce(const std::string& containment) {
  for (int attempt = 0; attempt < kAnnounceTries; ++attempt) {
    id_ = state_.sessions() + 1;
    Status appended =
        append({SessionOpened{host_name(), getpid(), std::string(kVersion), containment}},
               Durability::kSynced);
    if (appended || appended.error().code != Code::kConflict) return appended;
  }
  return Error{Code::kStorage,
               "no session number could be had: too many processes open the study at once",
               {},
               "try again"};
}

Stamp Session::stamp(SessionId session) const {
  return {.revision = 0,
          .session = session,
          .monotonic = clock_.monotonic(),
          .utc_ms = clock_.utc_ms()};
}

Status Session::append(std::vector<Payload> payloads, Durability durability) {
  std::vector<Fact> facts;
  facts.reserve(payloads.size());
  for (Payload& payload : payloads) facts.push_back({stamp(id_), std::move(payload)});
  Result<Revision> appended = journal_->append(facts, durability);
  if (!appended) {
    if (appended.error().code == Code::kConflict) {
      if (auto folded = refresh(); !folded) return folded;
    }
    return appended.error();
  }
  Result<bool> folded = fold_own(facts);
  if (!folded) return folded.error();
  return *folded ? success() : refresh();
}

Status Session::fold(const Fact& fact) {
  if (auto applied = state_.apply(fact); !applied) return applied;
  if (listener_) listener_(fact);
  return success();
}

Result<bool> Session::fold_own(const std::vector<Fact>& facts) {
  for (const Fact& fact : facts) {
    if (fact.stamp.revision == 0) continue;  // was there already
    if (fact.stamp.revision <= state_.revision()) continue;
    if (fact.stamp.revision != state_.revision() + 1) return false;
    if (auto folded = fold(fact); !folded) return folded.error();
  }
  return true;
}

Status Session::refresh() {
  Status folded = success();
  auto visited = journal_->read(state_.revision(), [&](const Fact& fact) {
    folded = fold(fact);
    return folded.ok();
  });
  if (!visited) return visited.error();
  return folded;
}

}  // namespace hpopt
