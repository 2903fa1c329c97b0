#include "analysis/history.h"

#include <optional>
#include <string_view>

namespace hpopt {

std::string_view in_words(Cause cause) {
  switch (cause) {
    case Cause::kComplete:
      return "complete";
    case Cause::kStopped:
      return "stopped";
    case Cause::kFailed:
      return "failed";
    case Cause::kOutOfMemory:
      return "out of memory";
    case Cause::kDiverged:
      return "diverged";
    case Cause::kCancelled:
      return "cancelled";
  }
  return "ended";
}

namespace {

/// Turns the facts of one trial into entries; others give none.
struct Historian {
  TrialId trial;
  bool started_before = false;

  std::optional<HistoryEntry> operator()(const Suggested& fact) const {
    if (fact.trial != trial) return std::nullopt;
    return HistoryEntry{.what = "suggested", .decision = fact.decision};
  }
  std::optional<HistoryEntry> operator()(const Started& fact) {
    if (fact.trial != trial) return std::nullopt;
    const char* what = started_before ? "continued" : "started";
    started_before = true;
    return HistoryEntry{.what = what, .until = fact.until_step, .decision = fact.decision};
  }
  std::optional<HistoryEntry> operator()(const Paused& fact) const {
    if (fact.trial != trial) return std::nullopt;
    return HistoryEntry{.what = "paused", .elapsed = fact.elapsed, .decision = fact.decision};
  }
  std::optional<HistoryEntry> operator()(const Ended& fact) const {
    if (fact.trial != trial) return std::nullopt;
    return HistoryEntry{.what = std::string(in_words(fact.cause)),
                        .elapsed = fact.elapsed,
                        .decision = fact.decision};
  }
  std::optional<HistoryEntry> operator()(const CheckpointRemoved& fact) const {
    if (fact.trial != trial) return std::nullopt;
    return HistoryEntry{.what = "its checkpoint was removed", .decision = fact.decision};
  }
  template <typename Other>
  std::optional<HistoryEntry> operator()(const Other& /*fact*/) const {
    return std::nullopt;
  }
};

}  // namespace

Result<std::vector<HistoryEntry>> read_history(Journal& journal, TrialId trial) {
  std::vector<HistoryEntry> history;
  Historian historian{trial};
  const auto visit = [&](const Fact& fact) {
    if (auto entry = std::visit(historian, fact.payload)) {
      entry->utc_ms = fact.stamp.utc_ms;
      history.push_back(std::move(*entry));
    }
    return true;
  };
  if (auto read = journal.read(0, visit); !read) return read.error();
  return history;
}

}  // namespace hpopt
