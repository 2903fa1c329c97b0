// What running trials say, how it is judged, and how they end.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "engine/exit_words.h"
#include "engine/run_loop.h"
#include "study/full_length.h"

namespace hpopt {
namespace {

constexpr Nanos kTrialGrace = std::chrono::seconds(2);

/// A name came so often while the metric never did: worth a word while the trial runs.
constexpr int kRoundsWithoutScore = 3;
/// The same for a trial that says nothing at all, as a share of the time.
constexpr double kSilentShare = 0.25;
constexpr double kSilentAtLeast = 5;  // seconds
constexpr double kSilentAtMost = 60;

std::string failure(const Exited& exited) {
  std::string what = exit_in_words(exited.exit_code);
  if (!exited.last_lines.empty()) what += ":\n" + exited.last_lines;
  return what;
}

/// One that ended well with a score has mended it, whatever it printed.
bool ran_out_of_memory(const Exited& exited, bool scored) {
  if (exited.memory == Memory::kEnough) return false;
  return exited.memory_reported || exited.exit_code != 0 || !scored;
}

Decision divergence(const TrialRun& run) {
  return {.by = "engine", .reason = fmt::format("its score is {}", shortest(*run.diverged))};
}

}  // namespace

Status RunLoop::take(const std::vector<Event>& events) {
  std::set<TrialId> scored;
  std::vector<const Exited*> exits;
  std::vector<Payload> facts = hear(events, scored);
  for (const Event& event : events) {
    if (const auto* exited = std::get_if<Exited>(&event)) exits.push_back(exited);
  }
  if (!facts.empty()) {
    if (auto appended = append(std::move(facts), Durability::kBatched); !appended) return appended;
  }
  // Those that have left by themselves are not judged: what they are is settled by their exit.
  for (const Exited* exited : exits) scored.erase(exited->trial);
  for (const TrialId trial : scored) {
    if (auto judged = judge(trial); !judged) return judged;
  }
  for (const Exited* exited : exits) {
    if (auto buried = bury(*exited); !buried) return buried;
  }
  return success();
}

std::vector<Payload> RunLoop::hear(const std::vector<Event>& events, std::set<TrialId>& scored) {
  std::vector<Payload> facts;
  for (const Event& event : events) {
    if (const auto* said = std::get_if<Said>(&event)) hear(*said, facts, scored);
    if (const auto* said = std::get_if<SaidLength>(&event)) hear(*said, facts);
  }
  return facts;
}

void RunLoop::hear(const Said& said, std::vector<Payload>& facts, std::set<TrialId>& scored) {
  TrialRun* run = find_run(said.trial, said.token);
  if (run == nullptr || (run->leaving && run->leaving->recorded)) return;
  const auto metric = intake_.take(said, *run, state(), facts);
  if (!metric) return;
  if (*metric == 0) {
    scored.insert(said.trial);
    take_back_missing(*run);
  }
  if (run->most_repeated >= kRoundsWithoutScore) tell_missing(*run);
}

void RunLoop::hear(const SaidLength& said, std::vector<Payload>& facts) {
  if (find_run(said.trial, said.token) == nullptr || state().learnt_length() == said.length) return;
  if (!std::isfinite(said.length) || said.length <= 0) return;
  facts.emplace_back(LengthLearnt{said.length, fmt::format("trial {} said that it goes to step {}",
                                                           said.trial, shortest(said.length))});
}

std::string RunLoop::missing(const TrialRun& run, bool still_runs) const {
  return run.names.missing(state().spec().objectives.front().name, still_runs) + loggers_.hint();
}

void RunLoop::tell_missing(const TrialRun& run) {
  if (run.scores > 0 || !noted_.insert("metric").second) return;
  note(run.trial, fmt::format("trial {}: {}", run.trial, missing(run, !run.leaving.has_value())));
}

/// It was only late: who was told that it is missing should know.
void RunLoop::take_back_missing(const TrialRun& run) {
  if (!noted_.contains("metric") || !noted_.insert("metric came").second) return;
  note(run.trial, fmt::format("trial {}: metric '{}' has come after all", run.trial,
                              state().spec().objectives.front().name));
}

/// Its output may be held back until it ends, or one step takes long: the user should know which.
void RunLoop::tell_silent() {
  if (state().best() != 0 || noted_.contains("silent")) return;
  const Nanos now = parts_.clock.monotonic();
  const double patience =
      budget_.bounded() ? std::clamp(kSilentShare * budget_.total(), kSilentAtLeast, kSilentAtMost)
                        : kSilentAtMost;
  for (const auto& [trial, run] : runs_) {
    if (!run.names.empty() || seconds(now - run.began) < patience) continue;
    noted_.insert("silent");
    note(trial, fmt::format("trial {} has printed nothing that could be understood in {}: if it "
                            "holds its output back, flush it or use --pty{}",
                            trial, human_duration(seconds(now - run.began)), loggers_.hint()));
    return;
  }
}

void RunLoop::note(TrialId trial, const std::string& text) {
  parts_.observer.noted(text);
  (void)append({Noted{.trial = trial, .text = text, .key = sha256(text)}}, Durability::kBatched);
}

Status RunLoop::judge(TrialId trial) {
  const auto found = runs_.find(trial);
  if (found == runs_.end() || found->second.leaving) return success();
  TrialRun& run = found->second;
  if (run.diverged) return end(run, Cause::kDiverged, divergence(run));
  const Judgement judgement = parts_.policy.judge(state(), trial, moment());
  parts_.executor.answer(trial, judgement.course == Course::kContinue);
  return obey(run, judgement);
}

Status RunLoop::obey(TrialRun& run, const Judgement& judgement) {
  switch (judgement.course) {
    case Course::kContinue:
      return success();
    case Course::kPause:
      return pause(run, judgement.decision);
    case Course::kStop:
      return end(run, Cause::kStopped, judgement.decision);
    case Course::kComplete:
      return end(run, Cause::kComplete, judgement.decision);
  }
  return success();
}

// A pause freezes the process where it stands. One that can't be frozen is told to go, and its
// pause is written when it has gone.
Status RunLoop::pause(TrialRun& run, const Decision& decision) {
  const TrialId trial = run.trial;
  if (!parts_.executor.can_hold()) {
    run.leaving = Leaving{false, decision, parts_.clock.monotonic()};
    parts_.executor.end(trial, kTrialGrace);
    return success();
  }
  const auto said = parts_.executor.hold(trial);
  if (!said) return success();  // it is leaving by itself: Exited follows
  std::set<TrialId> scored;
  std::vector<Payload> facts = hear(*said, scored);
  facts.emplace_back(Paused{.trial = trial,
                            .token = run.token,
                            .held = true,
                            .elapsed = elapsed(run),
                            .decision = decision});
  Status appended = append(std::move(facts));
  held_.insert(runs_.extract(trial));
  return appended;
}

Status RunLoop::end(TrialRun& run, Cause cause, const Decision& decision,
                    const std::string& message) {
  Status appended = append({Ended{.trial = run.trial,
                                  .token = run.token,
                                  .cause = cause,
                                  .exit_code = 0,
                                  .elapsed = elapsed(run),
                                  .message = message,
                                  .decision = decision}});
  run.leaving = Leaving{true, decision, parts_.clock.monotonic()};
  parts_.executor.end(run.trial, kTrialGrace);
  return appended;
}

Status RunLoop::bury(const Exited& exited) {
  if (parts_.checkpoints != nullptr) parts_.checkpoints->measure(exited.trial);
  if (auto held = held_.extract(exited.trial)) {
    evicted_.erase(exited.trial);
    const TrialRecord& record = *state().find(exited.trial);
    return record.held ? append_soon({let_go(record, held.mapped().let_go_for)}) : success();
  }
  auto node = runs_.extract(exited.trial);
  if (node.empty()) return success();
  const TrialRun& run = node.mapped();
  if (!run.leaving && (exited.lost || exited.by_us)) return bury_interrupted(run, exited);
  if (!run.leaving) return bury_natural(run, exited);
  exit_time_.observe(seconds(parts_.clock.monotonic() - run.leaving->since));
  if (state().best() == 0) tell_missing(run);
  if (run.leaving->recorded) return success();
  const bool finished = exited.exit_code == 0 && is_full_length(state(), *state().find(run.trial));
  if (finished) return bury_natural(run, exited);
  return append({left_off(run, exited.elapsed, run.leaving->decision)});
}

/// Of a run that we end before it ends by itself: its trial waits, or is complete when it has come
/// to its last step.
Payload RunLoop::left_off(const TrialRun& run, double elapsed, const Decision& decision) const {
  if (is_full_length(state(), *state().find(run.trial))) {
    return Ended{.trial = run.trial,
                 .token = run.token,
                 .cause = Cause::kComplete,
                 .exit_code = 0,
                 .elapsed = elapsed,
                 .message = {},
                 .decision = decision};
  }
  return Paused{.trial = run.trial,
                .token = run.token,
                .held = false,
                .elapsed = elapsed,
                .decision = decision};
}

/// Killed by no fault of its own, without our loop: it goes on later, as after an interruption of
/// the whole run.
Status RunLoop::bury_interrupted(const TrialRun& run, const Exited& exited) {
  return append_soon(
      {Paused{.trial = run.trial,
              .token = run.token,
              .held = false,
              .elapsed = exited.elapsed,
              .decision = {.by = "engine",
                           .reason = exited.lost ? "interrupted: what contains the trials "
                                                   "was killed, and they with it"
                                                 : "interrupted: it was killed when the "
                                                   "time was up"}}});
}

/// Some scripts heed HPOPT_FIDELITY_* and end where they were told to: they wait, like those that
/// were paused there.
bool RunLoop::ended_where_told(const TrialRecord& record, const Exited& exited) const {
  return state().spec().is_cut() && exited.exit_code == 0 && record.until_step > 0 &&
         record.last_step() == record.until_step && !is_full_length(state(), record);
}

Status RunLoop::bury_natural(const TrialRun& run, const Exited& exited) {
  const TrialRecord& record = *state().find(run.trial);
  if (ended_where_told(record, exited)) {
    return append_soon(
        {Paused{.trial = run.trial,
                .token = run.token,
                .held = false,
                .elapsed = exited.elapsed,
                .decision = {.by = "planner",
                             .reason = fmt::format("it ended at step {}, where it was told to stop",
                                                   shortest(record.until_step))}}});
  }
  const bool scored = state().score(record).has_value();
  Ended ended{.trial = run.trial,
              .token = run.token,
              .cause = Cause::kComplete,
              .exit_code = exited.exit_code,
              .elapsed = exited.elapsed,
              .message = {},
              .decision = {.by = "engine", .reason = "it ended by itself"}};
  if (run.diverged) {
    ended.cause = Cause::kDiverged;
    ended.decision = divergence(run);
  } else if (ran_out_of_memory(exited, scored)) {
    ended.cause = Cause::kOutOfMemory;
    ended.of_device = exited.memory == Memory::kDevice;
    ended.message = failure(exited);
    ended.decision.reason = fmt::format("it ran out of {}", in_words(exited.memory));
  } else if (exited.exit_code != 0) {
    ended.cause = Cause::kFailed;
    ended.message = failure(exited);
    ended.decision.reason = fmt::format("it {}", ended.message.substr(0, ended.message.find(':')));
  } else if (!scored) {
    ended.cause = Cause::kFailed;
    const Objective& wanted = state().spec().objectives.front();
    const bool from_file = !wanted.source.empty() && !exited.source_trouble.empty();
    ended.message = from_file ? exited.source_trouble : missing(run, false);
    ended.decision.reason = "it ended without a score";
  }
  if (looks_buffered(run, exited.elapsed) && noted_.insert("buffered").second) {
    note(run.trial,
         fmt::format("trial {} printed all its steps at once when it ended: its output is "
                     "buffered and could not be judged on the way (flush it, or use --pty)",
                     run.trial));
  }
  std::vector<Payload> facts;
  if (ended.cause == Cause::kComplete) {
    if (auto length = shown_length(state(), record)) facts.emplace_back(std::move(*length));
  }
  const bool out_of_memory = ended.cause == Cause::kOutOfMemory;
  facts.emplace_back(std::move(ended));
  Status appended = append_soon(std::move(facts));
  if (appended && out_of_memory) advise(*state().find(run.trial));
  return appended;
}

void RunLoop::advise(const TrialRecord& out_of_memory) {
  const std::string advice = memory_advice(state(), out_of_memory);
  if (!advice.empty() && noted_.insert("memory").second) note(out_of_memory.id, advice);
}

Status RunLoop::tell_plan() {
  const std::string plan = parts_.policy.plan(state(), moment());
  if (plan == plan_) return success();
  plan_ = plan;
  Result<Json> parsed = parse_json(plan, "plan");
  if (!parsed || !parsed->contains("notes")) return success();
  for (const Json& line : (*parsed)["notes"]) {
    const auto text = line.get<std::string>();
    if (noted_.insert(text).second) note(0, text);
  }
  return success();
}

double RunLoop::elapsed(const TrialRun& run) const {
  const TrialRecord* record = state().find(run.trial);
  double last = run.elapsed_before;
  if (record != nullptr && !record->reports.empty())
    last = std::max(last, record->reports.back().elapsed);
  return std::max(last, run.last_score);
}

}  // namespace hpopt
