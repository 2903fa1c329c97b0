#include "engine/backlog.h"

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr Nanos kTryEvery = std::chrono::milliseconds(500);
constexpr Nanos kPatienceInTrouble = std::chrono::milliseconds(50);

Error taken_over() {
  return {Code::kBusy,
          "another process has taken the study over while the store was in trouble",
          {},
          "what this one found since then is shown here and not stored"};
}

std::string facts_text(std::size_t count) {
  return count == 1 ? "1 fact" : fmt::format("{} facts", count);
}

}  // namespace

Backlog::Backlog(Journal& journal, SessionId session, const Clock& clock,
                 std::function<void(const std::string& line)> tell)
    : journal_(journal), session_(session), clock_(clock), tell_(std::move(tell)) {}

std::size_t Backlog::size() const {
  std::size_t count = 0;
  for (const auto& group : groups_) count += group.size();
  return count;
}

void Backlog::begin(const Error& error, Revision agreed) {
  const bool news = !trouble_ || trouble_->what != error.what;
  if (!trouble_) {
    agreed_ = agreed;
    stored_ = 0;
    since_ = clock_.monotonic();
    journal_.set_patience(kPatienceInTrouble);
  }
  trouble_ = error;
  next_try_ = clock_.monotonic() + kTryEvery;
  if (!news) return;
  tell_(fmt::format("{}; trials go on, and what they say is kept here until it can be stored",
                    error.message()));
}

bool Backlog::due() const { return trouble_ && clock_.monotonic() >= next_try_; }

Result<std::optional<std::vector<Fact>>> Backlog::settle() {
  auto others = find_others();
  Status stored = others ? store_all() : Status(others.error());
  if (stored) others = find_others();
  if (!stored || !others) {
    const Error& error = stored ? others.error() : stored.error();
    if (error.code == Code::kConflict) return taken_over();
    if (error.code != Code::kStorage) return error;
    begin(error, agreed_);
    return std::optional<std::vector<Fact>>();
  }
  trouble_.reset();
  tell_(fmt::format("the store works again: nothing was lost, {} kept meanwhile {} stored",
                    facts_text(stored_), stored_ == 1 ? "is" : "are"));
  return std::optional(std::move(*others));
}

/// What others appended meanwhile. Facts of ours that are found there need not be stored again: an
/// append may be done although it ended in an error, as when only the disk could not be waited for.
Result<std::vector<Fact>> Backlog::find_others() {
  std::vector<Fact> others;
  std::size_t ours = 0;
  auto read = journal_.read(agreed_, [&](const Fact& fact) {
    if (fact.stamp.session == session_) {
      ++ours;
    } else {
      others.push_back(fact);
    }
    return true;
  });
  if (!read) return read.error();
  while (stored_ < ours && !groups_.empty()) {
    stored_ += groups_.front().size();
    groups_.pop_front();
  }
  return others;
}

/// The last append takes all before it to the disk.
Status Backlog::store_all() {
  if (auto head = journal_.head(); !head) return head.error();
  while (!groups_.empty()) {
    std::vector<Fact> facts = groups_.front();
    for (Fact& fact : facts) fact.stamp.revision = 0;
    if (auto appended = journal_.append(facts, Durability::kBatched); !appended) {
      return appended.error();
    }
    stored_ += groups_.front().size();
    groups_.pop_front();
  }
  auto synced = journal_.append({}, Durability::kSynced);
  return synced ? success() : Status(synced.error());
}

Error Backlog::loss() const {
  Error error = *trouble_;
  const std::string age = human_duration(seconds(clock_.monotonic() - since_));
  error.what +=
      groups_.empty()
          ? fmt::format("; what was found in the last {} may not outlive a power loss", age)
          : fmt::format("; {} of the last {} could not be stored", facts_text(size()), age);
  return error;
}

}  // namespace hpopt
