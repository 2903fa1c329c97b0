#include "engine/replay.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/decide_again.h"
#include "policy/policy.h"

namespace hpopt {
namespace {

/// nullptr: the fact carries none, or what it hung on (the space on a disk) is not in the journal.
const Decision* decision_of(const Fact& fact) {
  if (std::holds_alternative<CheckpointRemoved>(fact.payload)) return nullptr;
  return std::visit(
      [](const auto& payload) -> const Decision* {
        if constexpr (requires { payload.decision; }) return &payload.decision;
        return nullptr;
      },
      fact.payload);
}

Revision read_revision(const Fact& fact) { return decision_of(fact)->read_revision; }

bool is_policys(const Decision& decision) { return decision.slots > 0; }

/// By a policy, of a version that wrote down less.
bool is_unrecorded(const Decision& decision) {
  constexpr std::array<std::string_view, 3> kNoPolicy = {"engine", "parent", "user"};
  return decision.read_revision > 0 && !is_policys(decision) &&
         std::find(kNoPolicy.begin(), kNoPolicy.end(), decision.by) == kNoPolicy.end();
}

TrialId trial_of(const Payload& payload) {
  return std::visit(
      [](const auto& fact) -> TrialId {
        if constexpr (requires { fact.trial; }) return fact.trial;
        return 0;
      },
      payload);
}

/// The first reading collects what was decided, the second asks again at each decision's revision.
class Replayer {
 public:
  explicit Replayer(Journal& journal) : journal_(journal) {}

  Result<Replay> run() {
    auto collected = journal_.read(0, [&](const Fact& fact) { return collect(fact); });
    if (!collected) return collected.error();
    std::stable_sort(recorded_.begin(), recorded_.end(), [](const auto& a, const auto& b) {
      return read_revision(a) < read_revision(b);
    });
    auto folded = journal_.read(0, [&](const Fact& fact) { return fold(fact); });
    if (!folded) return folded.error();
    if (!status_) return status_.error();
    return std::move(replay_);
  }

 private:
  bool collect(const Fact& fact) {
    authors_.push_back(fact.stamp.session);
    const Decision* decision = decision_of(fact);
    if (decision == nullptr) return true;
    if (is_unrecorded(*decision)) ++replay_.unrecorded;
    if (!is_policys(*decision)) return true;
    if (decision->read_revision < fact.stamp.revision) {
      recorded_.push_back(fact);
    } else {
      replay_.differences.push_back({fact.stamp.revision, trial_of(fact.payload),
                                     fmt::format("read up to fact {}", decision->read_revision),
                                     "it can't have read what came after it"});
    }
    return true;
  }

  bool fold(const Fact& fact) {
    status_ = state_.apply(fact);
    if (!status_) return false;
    if (!policy_) policy_ = make_policy(state_.spec(), state_.origin().seed);
    while (next_ < recorded_.size() && read_revision(recorded_[next_]) == state_.revision()) {
      ask_again(recorded_[next_++]);
    }
    return true;
  }

  void ask_again(const Fact& fact) {
    ++replay_.decisions;
    if (auto now = decide_again(fact.payload, *policy_, state_, overtaken(fact))) {
      replay_.differences.push_back({fact.stamp.revision, trial_of(fact.payload),
                                     std::move(now->recorded), std::move(now->replayed)});
    }
  }

  /// Whether somebody else appended between what the decision read and what it wrote.
  [[nodiscard]] bool overtaken(const Fact& fact) const {
    const auto read = authors_.begin() + static_cast<std::ptrdiff_t>(state_.revision());
    const auto wrote = authors_.begin() + static_cast<std::ptrdiff_t>(fact.stamp.revision - 1);
    return std::any_of(read, wrote, [&](SessionId author) { return author != fact.stamp.session; });
  }

  Journal& journal_;
  std::vector<SessionId> authors_;  ///< By revision - 1.
  std::vector<Fact> recorded_;      ///< By what they had read.
  std::size_t next_ = 0;
  StudyState state_;
  std::unique_ptr<Policy> policy_;
  Status status_ = success();
  Replay replay_;
};

}  // namespace

Result<Replay> replay(Journal& journal) { return Replayer(journal).run(); }

}  // namespace hpopt
