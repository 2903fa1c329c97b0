#include "sim/sim_executor.h"

#include <algorithm>
#include <utility>

namespace hpopt {
namespace {

constexpr int kTerminated = 128 + 15;
constexpr int kKilled = 128 + 9;

}  // namespace

Status SimExecutor::start(const Launch& launch) {
  Process process;
  process.token = launch.token;
  process.trial = behaviour_(launch.configuration);
  process.step = process.trial.resumable ? saved_[launch.trial] : 0;
  process.elapsed = launch.elapsed;
  process.since = clock_.monotonic();
  process.next =
      process.since + from_seconds(process.trial.start_up + process.trial.seconds_a_step);
  processes_[launch.trial] = std::move(process);
  return success();
}

Result<std::vector<Event>> SimExecutor::hold(TrialId trial) {
  const auto found = processes_.find(trial);
  if (found == processes_.end())
    return Error{Code::kUnavailable, "the trial has no process", {}, {}};
  freeze(found->second);
  return std::vector<Event>();
}

Status SimExecutor::thaw(TrialId trial, Token token) {
  const auto found = processes_.find(trial);
  if (found == processes_.end())
    return Error{Code::kUnavailable, "the trial has no process", {}, {}};
  found->second.token = token;
  go_on(found->second);
  return success();
}

void SimExecutor::freeze(Process& process) {
  stop_counting(process);
  process.held = true;
  process.next -= clock_.monotonic();
}

void SimExecutor::go_on(Process& process) {
  process.held = false;
  process.since = clock_.monotonic();
  process.next += clock_.monotonic();
}

void SimExecutor::freeze_all() {
  for (auto& [trial, process] : processes_) {
    if (process.held || process.ending) continue;
    freeze(process);
    frozen_.push_back(trial);
  }
}

void SimExecutor::continue_all() {
  for (const TrialId trial : std::exchange(frozen_, {})) go_on(processes_.at(trial));
}

void SimExecutor::end(TrialId trial, Nanos grace) {
  const auto found = processes_.find(trial);
  if (found == processes_.end()) return;
  Process& process = found->second;
  if (process.held) process.since = clock_.monotonic();
  process.held = false;
  process.ending = true;
  process.next = clock_.monotonic() + std::min(grace, from_seconds(process.trial.exit_time));
}

SimExecutor::Process* SimExecutor::earliest() {
  Process* first = nullptr;
  for (auto& [trial, process] : processes_) {
    if (process.held) continue;
    if (first == nullptr || process.next < first->next) first = &process;
  }
  return first;
}

std::vector<Event> SimExecutor::wait(Nanos until) {
  const Process* first = earliest();
  const Nanos target = first == nullptr ? until : std::min(until, first->next);
  if (target > clock_.monotonic()) clock_.advance(target - clock_.monotonic());
  std::vector<Event> events;
  std::vector<TrialId> due;
  for (const auto& [trial, process] : processes_) {
    if (!process.held && process.next <= clock_.monotonic()) due.push_back(trial);
  }
  for (const TrialId trial : due) advance(trial, processes_.at(trial), events);
  return events;
}

void SimExecutor::advance(TrialId trial, Process& process, std::vector<Event>& events) {
  const bool ended = process.ending || process.step >= process.trial.steps;
  if (ended) {
    stop_counting(process);
    events.emplace_back(Exited{.trial = trial,
                               .token = process.token,
                               .exit_code = process.ending ? kTerminated : process.trial.exit_code,
                               .by_us = process.ending,
                               .memory = process.ending ? Memory::kEnough : process.trial.short_of,
                               .elapsed = process.elapsed,
                               .last_lines = {}});
    processes_.erase(trial);
    return;
  }
  ++process.step;
  saved_[trial] = process.step;
  events.emplace_back(Said{.trial = trial,
                           .token = process.token,
                           .metric = process.trial.metric_of ? process.trial.metric_of(process.step)
                                                             : process.trial.metric,
                           .step = process.trial.step ? process.trial.step(process.step)
                                                      : static_cast<double>(process.step),
                           .value = process.trial.score(process.step),
                           .elapsed = elapsed(process)});
  const bool last = process.step >= process.trial.steps;
  process.next = clock_.monotonic() + from_seconds(last ? 0.0 : process.trial.seconds_a_step);
}

std::vector<Pool> SimExecutor::held_memory() {
  if (!held_limit_) return {};
  Pool pool{.name = "memory", .limit = *held_limit_};
  for (const auto& [trial, process] : processes_) {
    if (process.held) pool.kept[trial] = process.trial.memory;
  }
  return {pool};
}

std::vector<std::string> SimExecutor::kill_all(Nanos /*until*/) {
  for (auto& [trial, process] : processes_) {
    if (process.held) process.since = clock_.monotonic();
    process.held = false;
    process.ending = true;
    process.trial.exit_code = kKilled;
    process.next = clock_.monotonic();
  }
  return {};
}

double SimExecutor::elapsed(const Process& process) const {
  return process.elapsed + (process.held ? 0.0 : seconds(clock_.monotonic() - process.since));
}

void SimExecutor::stop_counting(Process& process) {
  if (process.held) return;
  const double ran = seconds(clock_.monotonic() - process.since);
  process.elapsed += ran;
  process.since = clock_.monotonic();
  busy_ += ran;
}

}  // namespace hpopt
