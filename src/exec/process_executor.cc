#include "exec/process_executor.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>

#include <fmt/format.h>

#include "exec/line_splitter.h"

namespace hpopt {
namespace {

constexpr Nanos kDestroyed = std::chrono::milliseconds(300);      // for what is killed to be gone
constexpr Nanos kDestroyedLate = std::chrono::milliseconds(150);  // after the deadline
constexpr Nanos kNaming = std::chrono::milliseconds(50);          // for the names of what is left
constexpr Nanos kLooking = std::chrono::milliseconds(20);         // for the processes of all trials
constexpr Nanos kShortWait = std::chrono::milliseconds(2);

timespec to_timespec(Nanos duration) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(duration);
  return {static_cast<time_t>(whole.count()), static_cast<long>((duration - whole).count())};
}

void empty_pipe(int fd) {
  std::array<char, 64> buffer{};
  (void)!::read(fd, buffer.data(), buffer.size());
}

Error no_such_trial(TrialId trial) {
  return {Code::kUnavailable, fmt::format("trial {} has no live process", trial), {}, {}};
}

}  // namespace

ProcessExecutor::ProcessExecutor(ProcessExecutorOptions options)
    : options_(std::move(options)),
      containment_(make_containment(options_.containment)),
      parser_(MetricParser::create(options_.objectives)) {
  if (options_.deadline) containment_->set_deadline(*options_.deadline);
}

ProcessExecutor::~ProcessExecutor() {
  kill_until(end_of_waiting());  // even without a trial: one may have left a daemon behind
  trials_.clear();
}

/// After the deadline our own end must not wait for what the kernel takes apart slowly.
Nanos ProcessExecutor::end_of_waiting() const {
  const Nanos until = now() + kDestroyed;
  return options_.deadline ? std::min(until, *options_.deadline + kDestroyedLate) : until;
}

void ProcessExecutor::set_deadline(Nanos instant) {
  options_.deadline = instant;
  containment_->set_deadline(instant);
}

Status ProcessExecutor::start(const Launch& launch) {
  if (!parser_) return parser_.error();
  if (find(launch.trial) != nullptr) {
    return Error{Code::kInternal, fmt::format("trial {} runs already", launch.trial), {}, {}};
  }
  auto run =
      RunningTrial::start(launch,
                          {.containment = *containment_,
                           .parser = *parser_,
                           .zero_based = zero_based_,
                           .reported_from_zero = reported_from_zero_,
                           .objectives = options_.objectives,
                           .terminal = options_.terminal,
                           .spare_socket_path = [&] { return spare_sockets_.path(launch.token); }},
                          now());
  if (!run) return run.error();
  trials_[launch.trial] = std::move(*run);
  return success();
}

Result<std::vector<Event>> ProcessExecutor::hold(TrialId trial) {
  RunningTrial* run = find(trial);
  if (run == nullptr) return no_such_trial(trial);
  std::vector<Event> said;
  advance(*run, now(), said);
  if (!run->alive()) {
    ready_.insert(ready_.end(), said.begin(), said.end());
    return no_such_trial(trial);
  }
  run->hold(now());
  valve_.pass(said, now());
  valve_.release_trial(trial, said);  // later it would be another run's
  return said;
}

Status ProcessExecutor::thaw(TrialId trial, Token token) {
  RunningTrial* run = find(trial);
  if (run == nullptr || !run->alive()) return no_such_trial(trial);
  run->thaw(token, now());
  held_memory_.forget(trial);
  return success();
}

void ProcessExecutor::end(TrialId trial, Nanos grace) {
  if (RunningTrial* run = find(trial)) run->end(grace, now());
  held_memory_.expect(trial);
}

void ProcessExecutor::answer(TrialId trial, bool go_on) {
  if (RunningTrial* run = find(trial)) run->set_verdict(go_on);
}

void ProcessExecutor::freeze_all() {
  for (const auto& [trial, run] : trials_) {
    if (run->gone() || run->held()) continue;
    run->hold(now());
    frozen_.push_back(trial);
  }
}

void ProcessExecutor::continue_all() {
  for (const TrialId trial : std::exchange(frozen_, {})) {
    if (RunningTrial* run = find(trial)) run->go_on(now());
  }
}

std::vector<Event> ProcessExecutor::wait(Nanos until) {
  for (const auto& [trial, run] : trials_) run->answer_waiting();
  std::vector<Event> events;
  pass(std::exchange(ready_, {}), events);
  bool woken = false;
  do {
    woken = turn(events.empty() ? std::min(until, valve_.due()) : Nanos{0}, events);
    pass({}, events);  // what was kept back and is due
  } while (events.empty() && !woken && now() < until);
  remove_gone();
  return events;
}

bool ProcessExecutor::turn(Nanos until, std::vector<Event>& events) {
  std::vector<pollfd> polls;
  std::vector<std::pair<RunningTrial*, std::size_t>>
      owners;  // with the first behind its descriptors
  for (const auto& [trial, run] : trials_) {
    run->add_polls(polls);
    owners.emplace_back(run.get(), polls.size());
  }
  if (options_.wake_fd >= 0) polls.push_back({options_.wake_fd, POLLIN, 0});
  const Nanos left = std::max(Nanos{0}, std::min(until, next_due()) - now());
  const timespec timeout = to_timespec(left);
  const int ready = ::ppoll(polls.data(), polls.size(), &timeout, nullptr);
  const Nanos woke = now();
  std::size_t at = 0;
  for (const auto& [run, end] : owners) {
    bool called = run->due() <= woke;
    for (; at < end; ++at) called = called || (ready > 0 && polls[at].revents != 0);
    if (!called) continue;
    std::vector<Event> said;
    advance(*run, woke, said);
    pass(std::move(said), events);
  }
  const bool woken = ready > 0 && options_.wake_fd >= 0 && polls.back().revents != 0;
  if (woken) empty_pipe(options_.wake_fd);
  return woken || ready < 0;  // a signal is a reason to look around, too
}

void ProcessExecutor::advance(RunningTrial& trial, Nanos instant,
                              std::vector<Event>& events) const {
  if (options_.deadline && instant >= *options_.deadline) trial.expect_kill();
  trial.advance(instant, events);
}

void ProcessExecutor::pass(std::vector<Event> said, std::vector<Event>& events) {
  valve_.pass(said, now());
  std::move(said.begin(), said.end(), std::back_inserter(events));
}

Nanos ProcessExecutor::next_due() const {
  Nanos due = Nanos::max();
  for (const auto& [trial, run] : trials_) due = std::min(due, run->due());
  return due;
}

std::map<TrialId, std::vector<pid_t>> ProcessExecutor::processes() {
  std::map<TrialId, std::vector<pid_t>> processes;
  const Nanos limit = now() + kLooking;
  for (const auto& [trial, run] : trials_) {
    if (run->alive() && !run->held()) processes[trial] = run->members(limit);
  }
  return processes;
}

/// Measured when it is asked for, since many a pause is over by then.
std::vector<Pool> ProcessExecutor::held_memory() {
  for (const auto& [trial, run] : trials_) {
    if (run->held() && !held_memory_.knows(trial)) {
      held_memory_.measure(trial, run->members(), run->frozen());
    }
  }
  return held_memory_.pools();
}

void ProcessExecutor::remove_gone() {
  const auto is_gone = [this](const auto& item) {
    if (item.second->gone()) held_memory_.forget(item.first);
    return item.second->gone();
  };
  if (std::erase_if(trials_, is_gone) > 0) containment_->reap_orphans(leaders());
}

std::vector<pid_t> ProcessExecutor::leaders() const {
  std::vector<pid_t> leaders;
  for (const auto& [trial, run] : trials_) {
    if (run->alive()) leaders.push_back(run->leader());
  }
  return leaders;
}

RunningTrial* ProcessExecutor::find(TrialId trial) {
  const auto found = trials_.find(trial);
  return found != trials_.end() && !found->second->gone() ? found->second.get() : nullptr;
}

std::vector<std::string> ProcessExecutor::kill_all(Nanos until) {
  kill_until(until);
  auto left = survivors();
  remove_gone();
  return left;
}

void ProcessExecutor::kill_until(Nanos until) {
  for (const auto& [trial, run] : trials_) run->kill(now());
  while (!kill_round(until) && now() < until) {
    const timespec pause = to_timespec(kShortWait);
    ::nanosleep(&pause, nullptr);
  }
}

bool ProcessExecutor::kill_round(Nanos until) {
  const bool dead = containment_->kill_all(leaders(), until);
  for (const auto& [trial, run] : trials_) {
    if (dead) {
      run->bury(now(), ready_);
    } else if (run->alive()) {
      run->notice_exit(now());
    }
  }
  return dead && std::all_of(trials_.begin(), trials_.end(),
                             [](const auto& item) { return item.second->gone(); });
}

std::vector<std::string> ProcessExecutor::survivors() const {
  std::vector<std::string> left;
  const Nanos limit = now() + kNaming;
  for (const auto& [trial, run] : trials_) {
    if (run->gone()) continue;
    const auto members = run->members(limit);
    if (members.empty() && now() >= limit)
      left.push_back(fmt::format("processes of trial {}", trial));
    for (const pid_t member : members) {
      const auto status = read_process(member);
      left.push_back(fmt::format("process {} ({}) of trial {}", member,
                                 status ? clean_text(status->name) : "?", trial));
    }
  }
  return left;
}

}  // namespace hpopt
