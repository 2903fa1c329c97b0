#include "cli/event_lines.h"

#include <fmt/format.h>

#include "analysis/history.h"
#include "base/text.h"
#include "cli/progress.h"

namespace hpopt {
namespace {

constexpr int kFailuresInFull = 1;      // the answer repeats the last one
constexpr double kSameLeaderEvery = 5;  // seconds of the budget

std::string because(const Decision& decision) {
  return decision.reason.empty() ? std::string() : ": " + decision.reason;
}

std::string at_step(const TrialRecord* trial) {
  if (trial == nullptr || trial->last_step() <= 0) return {};
  return fmt::format(" at step {}", brief_number(trial->last_step()));
}

/// "exited with 1:\nTraceback ..." without its first line, when the reason, "it exited with 1", has
/// said that already.
std::string_view without_reason(std::string_view message, std::string_view reason) {
  const std::size_t end = message.find(":\n");
  const bool said = end != std::string_view::npos && reason.ends_with(message.substr(0, end));
  return said ? message.substr(end + 2) : message == reason ? std::string_view() : message;
}

std::string indented(std::string_view text) {
  std::string lines;
  if (trim(text).empty()) return lines;
  for (const std::string& line : split(trim(text), '\n')) lines += "\n          " + line;
  return lines;
}

}  // namespace

std::string stamped(double used, std::string_view text) {
  return fmt::format("{:>6}  {}", clock_time(used), text);
}

struct EventLines::Describe {
  EventLines& lines;
  const StudyState& state;
  double used;

  std::optional<std::string> operator()(const Suggested& fact) const {
    if (fact.decision.by != kRetriedBy) return std::nullopt;
    return fact.decision.reason;
  }

  std::optional<std::string> operator()(const Started& fact) const {
    const TrialRecord* trial = state.find(fact.trial);
    lines.frozen_.erase(fact.trial);
    if (trial == nullptr) return std::nullopt;
    if (trial->runs > 1 || fact.thawed) {
      return fmt::format("trial {} goes on{}{}", fact.trial, at_step(trial),
                         because(fact.decision));
    }
    return fmt::format("trial {} starts  {}", fact.trial, brief_params(trial->configuration));
  }

  /// Called for each number that a trainer prints, so it looks at no trial's reports.
  std::optional<std::string> operator()(const Reported& /*fact*/) const {
    const auto score = state.best_score();
    if (!score || (lines.best_ && !state.better(*score, *lines.best_))) return std::nullopt;
    const bool led_before = lines.leaders_.contains(state.best());
    if (led_before && used - lines.best_said_at_ < kSameLeaderEvery) return std::nullopt;
    lines.best_ = score;
    lines.best_said_at_ = used;
    lines.leaders_.insert(state.best());
    const TrialRecord* best = state.find(state.best());
    return fmt::format("new best {} {}  trial {}{}  {}", state.spec().objectives.front().name,
                       brief_number(*score), best->id, at_step(best),
                       brief_params(best->configuration));
  }

  /// That a frozen process is gone changes nothing for its trial: it paused before.
  std::optional<std::string> operator()(const Paused& fact) const {
    const bool let_go = lines.frozen_.erase(fact.trial) > 0 && !fact.held;
    if (fact.held) lines.frozen_.insert(fact.trial);
    if (let_go) return std::nullopt;
    return fmt::format("trial {} pauses{}{}", fact.trial, at_step(state.find(fact.trial)),
                       because(fact.decision));
  }

  std::optional<std::string> operator()(const Ended& fact) const {
    const TrialRecord* trial = state.find(fact.trial);
    std::string line =
        fmt::format("trial {} {}{}", fact.trial, in_words(fact.cause), at_step(trial));
    const auto score = trial == nullptr ? std::nullopt : state.score(*trial);
    if (score) line += fmt::format(", score {}", brief_number(*score));
    line += because(fact.decision);
    const bool went_wrong = fact.cause != Cause::kComplete && fact.cause != Cause::kStopped &&
                            fact.cause != Cause::kCancelled;
    if (went_wrong && !fact.message.empty() && lines.failures_++ < kFailuresInFull) {
      line += indented(without_reason(fact.message, fact.decision.reason));
    }
    return line;
  }

  std::optional<std::string> operator()(const LengthLearnt& fact) const {
    return fmt::format("a full training has {} steps: {}", brief_number(fact.steps), fact.source);
  }

  std::optional<std::string> operator()(const Extended& fact) const {
    return fmt::format("extended by {}", human_duration(fact.seconds));
  }

  template <typename Other>
  std::optional<std::string> operator()(const Other& /*fact*/) const {
    return std::nullopt;
  }
};

void EventLines::begin(const StudyState& state) {
  best_ = state.best_score();
  if (state.best() != 0) leaders_.insert(state.best());
}

std::optional<std::string> EventLines::line(const Fact& fact, const RunView& view) {
  const auto text = std::visit(Describe{*this, view.state, view.used}, fact.payload);
  return text ? std::optional(stamped(view.used, *text)) : std::nullopt;
}

}  // namespace hpopt
