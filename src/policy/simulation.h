// A study on a virtual clock, for tests: what an engine does with a policy, without processes.
#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "policy/policy.h"
#include "sampler/testing.h"
#include "study/full_length.h"

namespace hpopt::testing {

/// How one configuration behaves.
struct Training {
  double start_up = 0.5;  ///< Seconds.
  double seconds_a_step = 1;
  int steps = 1;  ///< It ends by itself after so many.
  std::function<double(int step)> score;
  bool crashes = false;          ///< At once.
  bool exhausts_memory = false;  ///< At once.
  int reports_every = 1;         ///< 0: only at its end.
};

/// What an action or a judgement wants, as one line.
inline std::string wish_in_words(const Action& action) {
  if (const auto* fresh = std::get_if<SuggestAction>(&action)) {
    return "suggest " + fresh->configuration.json() + " until " +
           std::to_string(fresh->until_step) + ": " + fresh->decision.reason;
  }
  if (const auto* resume = std::get_if<ResumeAction>(&action)) {
    return "resume " + std::to_string(resume->trial) + " until " +
           std::to_string(resume->until_step) + ": " + resume->decision.reason;
  }
  if (const auto* evict = std::get_if<EvictAction>(&action)) {
    return "evict " + std::to_string(evict->trial) + ": " + evict->decision.reason;
  }
  return "finish: " + std::get<FinishAction>(action).decision.reason;
}
inline std::string wish_in_words(const std::vector<Action>& actions) {
  std::string text;
  for (const Action& action : actions) text += wish_in_words(action) + "\n";
  return text;
}
inline std::string wish_in_words(const Judgement& judgement) {
  return std::to_string(static_cast<int>(judgement.course)) + ": " + judgement.decision.reason;
}

/// A question to the policy: after how many facts, in which moment, about which trial (0: what
/// next).
struct Question {
  std::size_t facts = 0;
  Moment moment;
  TrialId judged = 0;
  std::string answer;
};

/// Puts a recorded question to a policy.
inline std::string ask(Policy& policy, const StudyState& state, const Question& question) {
  return question.judged == 0
             ? wish_in_words(policy.next(state, question.moment))
             : wish_in_words(policy.judge(state, question.judged, question.moment));
}

class Simulation {
 public:
  using World = std::function<Training(const Configuration&)>;

  Simulation(const StudySpec& spec, World world, int slots, std::uint64_t seed = 1)
      : study(spec, seed),
        world_(std::move(world)),
        slots_(slots),
        policy_(make_policy(spec, seed)) {
    budget_ = spec.time_seconds.value_or(std::numeric_limits<double>::infinity());
  }

  /// Until the policy ends the study, the time is up, or `until` seconds have passed.
  void run(double until = std::numeric_limits<double>::infinity()) {
    const double stop = std::min(until, budget_);
    fill();
    while (!finished && !running_.empty()) {
      const auto next = std::min_element(running_.begin(), running_.end(), [](auto& a, auto& b) {
        return a.second.next < b.second.next;
      });
      if (next->second.next > stop) break;
      now = next->second.next;
      advance(next->first);
      fill();
    }
    if (!finished && !running_.empty()) now = stop;
  }

  /// All processes die and a new session goes on.
  void interrupt() {
    for (auto& [id, process] : running_) {
      study.pause(id, false, process.elapsed(now), {.by = "engine", .reason = "interrupted"});
      add_busy(process);
    }
    running_.clear();
    held_.clear();
    study.open_session();
    policy_ = make_policy(study.state.spec(), study.state.origin().seed);
  }

  [[nodiscard]] Moment moment() const {
    return {.time_left = budget_ - now,
            .time_budget = budget_,
            .free_slots = slots_ - static_cast<int>(running_.size()),
            .slots = slots_,
            .can_hold = can_hold};
  }
  [[nodiscard]] double best() const {
    return *study.state.score(*study.state.find(study.state.best()));
  }
  /// Seconds in which workers trained.
  [[nodiscard]] double busy() const {
    double sum = busy_;
    for (const auto& [id, process] : running_) sum += now - process.since;
    return sum;
  }
  [[nodiscard]] Policy& policy() { return *policy_; }

  StudyUnderTest study;
  double now = 0;
  bool finished = false;
  std::string finish_reason;
  bool can_hold = true;
  std::vector<std::string> log;  ///< Each decision in words.
  std::vector<Question> questions;

 private:
  struct Process {
    Training training;
    int step = 0;
    double next = 0;  ///< When the next step is done; while held: how long that takes still.
    double since = 0;
    double elapsed_before = 0;
    [[nodiscard]] double elapsed(double at) const { return elapsed_before + at - since; }
  };

  void fill() {
    while (!finished && moment().free_slots > 0 && now < budget_) {
      const std::vector<Action> actions = policy_->next(study.state, moment());
      questions.push_back({study.facts.size(), moment(), 0, wish_in_words(actions)});
      if (actions.empty()) return;
      perform(actions.front());
    }
  }

  void perform(const Action& action) {
    if (const auto* fresh = std::get_if<SuggestAction>(&action)) {
      if (!fresh->model.empty()) study.apply(Fitted{fresh->model});
      const TrialId id = study.suggest(fresh->configuration, fresh->decision);
      note(id, "starts", fresh->decision);
      start(id, fresh->until_step, fresh->decision);
    } else if (const auto* resume = std::get_if<ResumeAction>(&action)) {
      note(resume->trial, "goes on", resume->decision);
      start(resume->trial, resume->until_step, resume->decision);
    } else if (const auto* evict = std::get_if<EvictAction>(&action)) {
      note(evict->trial, "is evicted", evict->decision);
      held_.erase(evict->trial);
      study.pause(evict->trial, false, 0, evict->decision);
    } else {
      finished = true;
      finish_reason = std::get<FinishAction>(action).decision.reason;
    }
  }

  void start(TrialId id, double until, const Decision& decision) {
    const TrialRecord& trial = *study.state.find(id);
    Process process;
    process.elapsed_before = trial.elapsed;
    if (const auto frozen = held_.find(id); frozen != held_.end()) {
      process = frozen->second;
      process.next += now;
      held_.erase(frozen);
    } else {
      process.training = world_(trial.configuration);
      process.next = now + process.training.start_up +
                     (process.training.crashes ? 0 : process.training.seconds_a_step);
    }
    process.since = now;
    study.start(id, until, decision);
    running_[id] = process;
  }

  void advance(TrialId id) {
    Process& process = running_[id];
    const double elapsed = process.elapsed(now);
    if (process.training.exhausts_memory) {
      leave(id);
      study.end(id, Cause::kOutOfMemory, elapsed, "exited with 1:\nCUDA out of memory");
      return;
    }
    if (process.training.crashes) {
      leave(id);
      study.end(id, Cause::kFailed, elapsed, "exited with 1:\nTraceback\nValueError: no such file");
      return;
    }
    ++process.step;
    process.next = now + process.training.seconds_a_step;
    const bool last = process.step == process.training.steps;
    const int every = process.training.reports_every;
    if (last || (every > 0 && process.step % every == 0)) {
      study.report(id, every > 0 ? process.step : 1, process.training.score(process.step), elapsed);
      if (!last) judge(id, elapsed);
    }
    if (!last || !running_.contains(id)) return;
    leave(id);
    if (auto length = shown_length(study.state, *study.state.find(id))) study.apply(*length);
    study.end(id, Cause::kComplete, elapsed, {}, {.by = "engine", .reason = "it ended by itself"});
  }

  void judge(TrialId id, double elapsed) {
    const Judgement judgement = policy_->judge(study.state, id, moment());
    questions.push_back({study.facts.size(), moment(), id, wish_in_words(judgement)});
    if (judgement.course == Course::kContinue) return;
    Process process = leave(id);
    if (judgement.course == Course::kPause) {
      note(id, "pauses", judgement.decision);
      process.next -= now;
      process.elapsed_before = elapsed;
      if (can_hold) held_[id] = process;
      study.pause(id, can_hold, elapsed, judgement.decision);
    } else {
      note(id, "ends", judgement.decision);
      study.end(id, judgement.course == Course::kStop ? Cause::kStopped : Cause::kComplete, elapsed,
                {}, judgement.decision);
    }
  }

  Process leave(TrialId id) {
    Process process = running_.extract(id).mapped();
    add_busy(process);
    return process;
  }
  void add_busy(const Process& process) { busy_ += now - process.since; }

  void note(TrialId id, const std::string& what, const Decision& decision) {
    log.push_back(std::to_string(now) + ": trial " + std::to_string(id) + " " + what + " (" +
                  decision.by + ": " + decision.reason + ")");
  }

  World world_;
  int slots_;
  double budget_;
  std::unique_ptr<Policy> policy_;
  double busy_ = 0;
  std::map<TrialId, Process> running_;
  std::map<TrialId, Process> held_;
};

}  // namespace hpopt::testing
