#include "engine/session.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/version.h"
#include "study/fold.h"
#include "study/state_heads.h"

namespace hpopt {
namespace {

constexpr int kAnnounceTries = 100;
constexpr Nanos kSlow = std::chrono::seconds(1);  // for an append: worth a word

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
  if (!presence_) presence_.emplace();
  for (int attempt = 0; attempt < kAnnounceTries; ++attempt) {
    id_ = state_.sessions() + 1;
    Status appended = append({SessionOpened{host_name(), getpid(), std::string(kVersion),
                                            containment, presence_->name()}},
                             Durability::kSynced);
    if (appended || appended.error().code != Code::kConflict) return appended;
  }
  return Error{Code::kStorage,
               "no session number could be had: too many processes open the study at once",
               {},
               "try again"};
}

bool Session::is_own(SessionId session) const {
  return presence_ && session >= 1 && session <= state_.sessions() &&
         state_.session_holder(session) == presence_->name();
}

Stamp Session::stamp(SessionId session) const {
  return {.revision = 0,
          .session = session,
          .monotonic = clock_.monotonic(),
          .utc_ms = clock_.utc_ms()};
}

void Session::endure(Epoch decider, std::function<void(const std::string& line)> tell) {
  decider_ = decider;
  tell_ = std::move(tell);
  backlog_ = std::make_unique<Backlog>(*journal_, id_, clock_, tell_);
}

Status Session::append(std::vector<Payload> payloads, Durability durability) {
  std::vector<Fact> facts;
  facts.reserve(payloads.size());
  for (Payload& payload : payloads) facts.push_back({stamp(id_), std::move(payload)});
  if (in_trouble()) return keep(std::move(facts));
  const Nanos began = clock_.monotonic();
  Status appended = append_facts(facts, durability);
  if (appended) learn_slowness(clock_.monotonic() - began);
  if (!backlog_ || appended || appended.error().code != Code::kStorage) return appended;
  backlog_->begin(appended.error(), state_.revision());
  return keep(std::move(facts));
}

Status Session::append_facts(std::vector<Fact>& facts, Durability durability) {
  if (hurried_) durability = Durability::kBatched;
  Result<Revision> appended = journal_->append(facts, durability);
  if (!appended) {
    if (appended.error().code == Code::kConflict) {
      if (auto folded = refresh(); !folded) return folded;
    }
    return appended.error();
  }
  Result<bool> folded = fold_own(facts);
  if (!folded) return folded.error();
  return *folded ? success() : fold_on();
}

Status Session::keep(std::vector<Fact> facts) {
  StateHeads heads(state_, decider_);
  if (auto admitted = admit(facts, heads); !admitted) return admitted.error();
  std::erase_if(facts, [](const Fact& fact) { return fact.stamp.revision == 0; });
  for (const Fact& fact : facts) {
    if (auto folded = fold(fact); !folded) return folded;
  }
  if (!facts.empty()) backlog_->keep(std::move(facts));
  return success();
}

Status Session::try_again() { return backlog_ && backlog_->due() ? settle_backlog() : success(); }

/// Others' facts commute with ours, so that ours, folded before, need not be folded anew; what the
/// others' revisions are told to the state is only that none is missing. Where one of ours was
/// there already, of theirs, the state has it twice.
Status Session::settle_backlog() {
  auto settled = backlog_->settle();
  if (!settled) return settled.error();
  if (!*settled) return success();
  journal_->set_patience(patience_);
  for (Fact& fact : (*settled)->others) {
    fact.stamp.revision = state_.revision() + 1;
    if (auto folded = fold(fact); !folded) return folded;
  }
  return state_.revision() == (*settled)->head ? success() : fold_anew();
}

Status Session::fold_anew() {
  StudyState anew;
  if (auto folded = hpopt::fold(*journal_, anew); !folded) return folded.error();
  state_ = std::move(anew);
  return success();
}

Status Session::settle() {
  if (!in_trouble()) return success();
  if (Status tried = settle_backlog(); !tried) return tried;
  return in_trouble() ? Status(backlog_->loss()) : success();
}

Status Session::bear(const Status& status) {
  if (status || !backlog_ || status.error().code != Code::kStorage) return status;
  backlog_->begin(status.error(), state_.revision());
  return success();
}

void Session::set_patience(Nanos patience) {
  patience_ = patience;
  if (!in_trouble()) journal_->set_patience(patience);
}

void Session::hurry() {
  hurried_ = true;
  journal_->hurry();
}

Status Session::beat(std::string_view role, Epoch epoch, Nanos spent) {
  const Nanos began = clock_.monotonic();
  Status beaten = journal_->beat(role, epoch, spent);
  if (beaten) learn_slowness(clock_.monotonic() - began);
  return beaten;
}

/// Half of what is remembered is forgotten in some seconds. Appends that hurry say nothing of the
/// disk.
void Session::learn_slowness(Nanos took) {
  constexpr double kHalfLife = 10;  // seconds
  if (hurried_) return;
  const Nanos now = clock_.monotonic();
  const double kept = std::exp2(-seconds(now - learnt_at_) / kHalfLife);
  slowest_ = std::max(took, from_seconds(kept * seconds(slowest_)));
  learnt_at_ = now;
  if (!backlog_ || took < kSlow || std::exchange(slowness_told_, true)) return;
  tell_(
      fmt::format("the store is slow: an append took {}; trials go on, decisions about them wait "
                  "for the disk",
                  human_duration(seconds(took))));
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

Status Session::refresh() { return in_trouble() ? try_again() : bear(fold_on()); }

Status Session::fold_on() {
  Status folded = success();
  auto visited = journal_->read(state_.revision(), [&](const Fact& fact) {
    folded = fold(fact);
    return folded.ok();
  });
  if (!visited) return visited.error();
  return folded;
}

Status Session::poll() {
  if (in_trouble()) return try_again();
  auto head = journal_->head();
  if (!head) return bear(head.error());
  return *head > state_.revision() ? refresh() : success();
}

}  // namespace hpopt
