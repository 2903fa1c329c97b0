#include "engine/worker_evaluator.h"

#include <csignal>
#include <deque>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/exit_words.h"
#include "exec/environment.h"
#include "exec/memory_words.h"

namespace hpopt {
namespace {

constexpr int kKilled = 128 + SIGKILL;

/// Of one whose socket is closed: the end itself may follow a moment later.
std::optional<int> exit_of(WorkerProcess& worker) {
  constexpr Nanos kMoment = std::chrono::milliseconds(500);
  const SystemClock clock;
  const Nanos until = clock.monotonic() + kMoment;
  while (!worker.exit_code() && clock.monotonic() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return worker.exit_code();
}

Evaluation interrupted(std::string reason = {}) {
  return {.end = Evaluation::End::kInterrupted, .reason = std::move(reason)};
}

Evaluation failure(const std::string& message, Memory memory = Memory::kEnough, int exit_code = 0) {
  return {.end = Evaluation::End::kFailure,
          .message = message,
          .reason = message.substr(0, message.find('\n')),
          .memory = memory,
          .exit_code = exit_code};
}

/// Of a message of several lines, such as a traceback.
Memory memory_told_in(const std::string& message) {
  const std::vector<std::string> lines = split(message, '\n');
  return memory_told_by({lines.begin(), lines.end()});
}

}  // namespace

WorkerEvaluator::WorkerEvaluator(const WorkerProgram& program, int workers)
    : pool_({.argv = program.argv,
             .environment = thread_environment(workers),
             .forks = program.forks}) {}

Evaluation WorkerEvaluator::evaluate(Trial& trial) {
  for (;;) {
    auto taken = pool_.take(trial.number());
    if (!taken && pool_.is_ending()) return interrupted();
    if (!taken) return {.end = Evaluation::End::kNotStarted, .error = taken.error()};
    auto& [worker, is_new] = *taken;
    Talk talk;
    try {
      talk = WorkerDialogue(trial, *worker, pool_.call()).run();
    } catch (const Exception& thrown) {
      pool_.discard(trial.number(), std::move(worker));
      return {.end = Evaluation::End::kNotStarted, .error = thrown.error()};
    }
    const Evaluation evaluation = conclude(talk, *worker);
    const bool lives_on = talk.end == Talk::End::kTold || talk.end == Talk::End::kFailed;
    // It had exited before the trial came: no fault of the trial's.
    const bool had_left =
        talk.end == Talk::End::kEnded && !is_new && !talk.spoke && worker->exit_code() == 0;
    if (lives_on) {
      pool_.give_back(trial.number(), std::move(worker));
    } else {
      pool_.discard(trial.number(), std::move(worker));
    }
    if (!had_left) return evaluation;
  }
}

Evaluation WorkerEvaluator::conclude(const Talk& talk, WorkerProcess& worker) const {
  switch (talk.end) {
    case Talk::End::kTold:
      return {.score = talk.score};
    case Talk::End::kFailed:
      return failure(talk.message, memory_told_in(talk.message));
    case Talk::End::kMistaken:
      return failure(talk.message);
    case Talk::End::kCalled:
    case Talk::End::kIgnored:
      return interrupted();
    case Talk::End::kEnded:
      break;
  }
  return after_end(talk, worker);
}

Evaluation WorkerEvaluator::after_end(const Talk& talk, WorkerProcess& worker) const {
  const auto code = exit_of(worker);
  if (pool_.is_ending()) return interrupted();
  if (!code) return failure("the worker closed its standard input before it told a result");
  if (*code == kKilled && worker.lost()) {
    return interrupted("interrupted: what contains the workers was killed, and they with it");
  }
  if (*code == kKilled && talk.waits) {
    return interrupted("interrupted: its worker was killed while it waited");
  }
  const Memory memory = *code == kKilled ? Memory::kHost : Memory::kEnough;
  return failure(fmt::format("the worker {} before it told a result", exit_in_words(*code)), memory,
                 *code);
}

}  // namespace hpopt
