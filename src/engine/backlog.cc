#include "engine/backlog.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr Nanos kTryEvery = std::chrono::milliseconds(500);
constexpr Nanos kPatienceInTrouble = std::chrono::milliseconds(50);

std::string facts_text(std::size_t count) {
  return count == 1 ? "1 fact" : fmt::format("{} facts", count);
}

}  // namespace

Error taken_over() {
  return {Code::kBusy,
          "another process has taken the study over",
          {},
          "this one was silent for too long, and what it found since then is not stored; run the "
          "command again to go on"};
}

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
    landed_.clear();
    found_ = 0;
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

Result<std::optional<Settled>> Backlog::settle() {
  auto others = find_others();
  Status stored = others ? store_all() : Status(others.error());
  if (stored) others = find_others();
  if (!stored || !others) {
    const Error& error = stored ? others.error() : stored.error();
    if (error.code == Code::kConflict) return taken_over();
    if (error.code != Code::kStorage) return error;
    begin(error, agreed_);
    return std::optional<Settled>();
  }
  trouble_.reset();
  tell_(fmt::format("the store works again: nothing was lost, {} kept meanwhile {} stored",
                    facts_text(landed_.size()), landed_.size() == 1 ? "is" : "are"));
  return std::optional(std::move(*others));
}

/// What others appended meanwhile. Facts of ours that are found there need not be stored again: an
/// append may be done although it ended in an error, as when only the disk could not be waited for.
Result<Settled> Backlog::find_others() {
  std::vector<Fact> others;
  std::vector<Revision> ours;
  auto read = journal_.read(agreed_, [&](const Fact& fact) {
    if (fact.stamp.session == session_) {
      ours.push_back(fact.stamp.revision);
    } else {
      others.push_back(fact);
    }
    return true;
  });
  if (!read) return read.error();
  while (found_ < ours.size() && !groups_.empty()) {
    for (std::size_t i = 0; i < groups_.front().size(); ++i) {
      landed_.push_back(ours[std::min(found_++, ours.size() - 1)]);
    }
    groups_.pop_front();
  }
  return Settled{std::move(others), *read};
}

/// The last append takes all before it to the disk.
Status Backlog::store_all() {
  if (auto head = journal_.head(); !head) return head.error();
  while (!groups_.empty()) {
    std::vector<Fact> facts = groups_.front();
    for (Fact& fact : facts) {
      fact.stamp.revision = 0;
      renumber(fact);
    }
    auto appended = journal_.append(facts, Durability::kBatched);
    if (!appended) return appended.error();
    for (const Fact& fact : facts) {
      const bool is_new = fact.stamp.revision != 0;
      landed_.push_back(is_new ? fact.stamp.revision : *appended);
      if (is_new) ++found_;
    }
    groups_.pop_front();
  }
  auto synced = journal_.append({}, Durability::kSynced);
  return synced ? success() : Status(synced.error());
}

/// What a decision had read of ours has other numbers in the journal where others' facts came
/// first.
void Backlog::renumber(Fact& fact) const {
  std::visit(
      [this](auto& payload) {
        if constexpr (requires { payload.decision; }) {
          Revision& read = payload.decision.read_revision;
          if (read > agreed_) read = landed_.at(read - agreed_ - 1);
        }
      },
      fact.payload);
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
