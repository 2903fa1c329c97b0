// FailingJournal: for tests, a journal that fails when it is told to.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "study/journal.h"

namespace hpopt::testing {

/// As its mood is; the mood must outlive it.
class FailingJournal final : public Journal {
 public:
  enum class Mood : std::uint8_t {
    kWell,
    kFull,         ///< Nothing is written.
    kUnsure,       ///< Written, and an error all the same: the disk could not be waited for.
    kBeatsUnsure,  ///< The same with beats alone.
  };

  /// `before`: called before each append.
  FailingJournal(std::unique_ptr<Journal> journal, const Mood& mood,
                 std::function<void(Durability)> before = nullptr)
      : journal_(std::move(journal)), mood_(mood), before_(std::move(before)) {}

  Result<Revision> append(std::span<Fact> facts, Durability durability) override {
    if (before_) before_(durability);
    if (mood_ == Mood::kFull) return full();
    auto appended = journal_->append(facts, durability);
    if (mood_ == Mood::kUnsure && appended) return full();
    return appended;
  }
  Result<Revision> read(Revision after, const std::function<bool(const Fact&)>& visit) override {
    return journal_->read(after, visit);
  }
  Result<Revision> head() override { return journal_->head(); }
  Result<Lease> lease(std::string_view role) override { return journal_->lease(role); }
  Result<Epoch> take(std::string_view role, const Lease& seen, std::string_view holder) override {
    return journal_->take(role, seen, holder);
  }
  Status beat(std::string_view role, Epoch epoch, Nanos spent) override {
    Status beat = journal_->beat(role, epoch, spent);
    return beat && mood_ == Mood::kBeatsUnsure ? full() : beat;
  }
  Status release(std::string_view role, Epoch epoch) override {
    return journal_->release(role, epoch);
  }
  Result<Nanos> spent() override { return journal_->spent(); }
  Result<Digest> digest() override { return journal_->digest(); }
  Status keep_digest(Revision revision, std::string_view body) override {
    return journal_->keep_digest(revision, body);
  }

 private:
  static Error full() { return {Code::kStorage, "the disk is full", "/disk", "free some space"}; }

  std::unique_ptr<Journal> journal_;
  const Mood& mood_;
  std::function<void(Durability)> before_;
};

}  // namespace hpopt::testing
