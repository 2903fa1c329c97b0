#include "engine/decide_again.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

Moment moment_of(const Decision& decision) {
  return {.time_left = decision.time_left,
          .time_budget = decision.time_budget,
          .free_slots = decision.free_slots,
          .slots = decision.slots,
          .can_hold = decision.can_hold};
}

std::string because(const Decision& decision) {
  return fmt::format("{}: {}", decision.by, decision.reason);
}

std::string suggest_line(const Configuration& configuration, const Decision& decision) {
  return fmt::format("suggest {} (stream {}), {}", configuration.json(), decision.counter,
                     because(decision));
}

std::string begin_line(TrialId trial, double until) {
  return fmt::format("begin trial {} until step {}", trial, shortest(until));
}

std::string go_on_line(TrialId trial, double until, const Decision& decision) {
  return fmt::format("go on with trial {} until step {}, {}", trial, shortest(until),
                     because(decision));
}

std::string_view course_name(Course course) {
  switch (course) {
    case Course::kContinue:
      return "let it go on";
    case Course::kPause:
      return "pause it";
    case Course::kStop:
      return "stop it";
    case Course::kComplete:
      return "complete it";
  }
  return "";
}

std::string course_line(Course course, const Decision& decision) {
  if (course == Course::kContinue) return std::string(course_name(course));
  return fmt::format("{}, {}", course_name(course), because(decision));
}

std::string finish_line(const Decision& decision) {
  return fmt::format("end the study, {}", because(decision));
}

/// One function a kind of fact that carries a decision.
class Examiner {
 public:
  Examiner(Policy& policy, const StudyState& state, bool overtaken)
      : policy_(policy), state_(state), overtaken_(overtaken) {}

  using Answer = std::optional<Otherwise>;

  Answer operator()(const Suggested& fact) {
    return among_actions(
        fact.decision, suggest_line(fact.configuration, fact.decision), [](const Action& action) {
          const auto* fresh = std::get_if<SuggestAction>(&action);
          return fresh == nullptr ? std::string()
                                  : suggest_line(fresh->configuration, fresh->decision);
        });
  }
  Answer operator()(const Started& fact) {
    if (state_.find(fact.trial) == nullptr) return began(fact);
    return among_actions(fact.decision, go_on_line(fact.trial, fact.until_step, fact.decision),
                         resume_line);
  }
  Answer operator()(const Paused& fact) {
    return judged(fact.trial, Course::kPause, fact.decision);
  }
  Answer operator()(const Ended& fact) {
    const bool stopped = fact.cause == Cause::kStopped;
    return judged(fact.trial, stopped ? Course::kStop : Course::kComplete, fact.decision);
  }
  Answer operator()(const StudyEnded& fact) {
    return among_actions(fact.decision, finish_line(fact.decision), [](const Action& action) {
      const auto* finish = std::get_if<FinishAction>(&action);
      return finish == nullptr ? std::string() : finish_line(finish->decision);
    });
  }
  template <typename Other>
  Answer operator()(const Other& /*fact*/) {
    return std::nullopt;
  }

 private:
  static std::string resume_line(const Action& action) {
    const auto* resume = std::get_if<ResumeAction>(&action);
    return resume == nullptr ? std::string()
                             : go_on_line(resume->trial, resume->until_step, resume->decision);
  }

  /// The first run of a new trial: why it is tried stands with its suggestion.
  Answer began(const Started& fact) {
    return among_actions(
        fact.decision, begin_line(fact.trial, fact.until_step), [&](const Action& action) {
          const auto* fresh = std::get_if<SuggestAction>(&action);
          return fresh == nullptr ? std::string() : begin_line(fact.trial, fresh->until_step);
        });
  }

  /// It must be on the ranked list, and nothing before it that could have been done.
  template <typename InWords>
  Answer among_actions(const Decision& decision, const std::string& recorded, InWords in_words) {
    std::string instead;
    for (const Action& action : policy_.next(state_, moment_of(decision))) {
      if (in_words(action) == recorded) return std::nullopt;
      if (instead.empty()) instead = line_of(action);
      if (!may_be_refused(action)) break;
    }
    return Otherwise{recorded, instead.empty() ? "nothing" : std::move(instead)};
  }

  /// What the engine knew and the facts don't tell: that another process was quicker, or that a
  /// frozen trial was on its way out.
  [[nodiscard]] bool may_be_refused(const Action& action) const {
    if (overtaken_ || std::holds_alternative<EvictAction>(action)) return true;
    const auto* resume = std::get_if<ResumeAction>(&action);
    return resume != nullptr && state_.find(resume->trial)->held;
  }

  /// Empty: an eviction, which is not looked at.
  [[nodiscard]] static std::string line_of(const Action& action) {
    if (const auto* fresh = std::get_if<SuggestAction>(&action)) {
      return suggest_line(fresh->configuration, fresh->decision);
    }
    const auto* finish = std::get_if<FinishAction>(&action);
    return finish == nullptr ? resume_line(action) : finish_line(finish->decision);
  }

  Answer judged(TrialId trial, Course course, const Decision& decision) {
    const TrialRecord* judged = state_.find(trial);
    if (judged == nullptr || judged->state != TrialState::kRunning) {
      return Otherwise{course_line(course, decision), "nothing: it did not run then"};
    }
    const Judgement now = policy_.judge(state_, trial, moment_of(decision));
    const std::string recorded = course_line(course, decision);
    std::string replayed = course_line(now.course, now.decision);
    if (recorded == replayed) return std::nullopt;
    return Otherwise{recorded, std::move(replayed)};
  }

  Policy& policy_;
  const StudyState& state_;
  bool overtaken_;
};

}  // namespace

std::optional<Otherwise> decide_again(const Payload& recorded, Policy& policy,
                                      const StudyState& state, bool overtaken) {
  return std::visit(Examiner(policy, state, overtaken), recorded);
}

}  // namespace hpopt
