// Executor: starts, freezes, signals and reaps trials. One passive loop owns all children.
//
// Implementations: ProcessExecutor (real processes), SimExecutor (curves on a virtual clock).
// Threads: one thread calls. What happened comes back from wait(), in order.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/memory_kind.h"
#include "hpopt/result.h"
#include "spec/study_spec.h"
#include "study/action.h"
#include "study/fact.h"

namespace hpopt {

/// One run of one trial.
struct Launch {
  TrialId trial = 0;
  Token token = 0;
  int worker = 0;  ///< 0 .. workers - 1.
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;  ///< Added to ours.
  std::string directory;                           ///< Working directory.
  std::string trial_directory;  ///< log, params.json, checkpoints/: made when missing.
  Configuration configuration;  ///< Written to params.json.
  double elapsed = 0;           ///< Seconds the trial had run before.
  std::string record;           ///< JSON for Started: what it runs on.
};

/// A number that the trial said.
struct Said {
  TrialId trial = 0;
  Token token = 0;
  std::string metric;
  std::optional<double>
      step;  ///< None: the script names no step; counted from 1 a repeat of the name.
  double value = 0;
  double elapsed = 0;  ///< Seconds that the trial ran in all.
  /// Reports of this number before it that are not told: it says too much to be heard in full.
  std::uint64_t passed_over = 0;
};

/// The script told its full length: "Epoch 3/50".
struct SaidLength {
  TrialId trial = 0;
  Token token = 0;
  double length = 0;
};

/// The trial's process is gone, and all that it started.
struct Exited {
  TrialId trial = 0;
  Token token = 0;
  int exit_code = 0;   ///< 128 + signal when killed by one.
  bool by_us = false;  ///< We had sent TERM or KILL.
  bool lost = false;   ///< Its containment ended and took it along: not its fault.
  /// Short as its last lines say, or as a SIGKILL that was not ours hints. Of one that exited with
  /// 0 it may have been mended since.
  Memory memory = Memory::kEnough;
  bool memory_reported = false;  ///< It said so itself, by the socket or the file.
  double elapsed = 0;
  std::string last_lines;  ///< Of the log, for the message.
  /// Why a file named by `metric.source` told nothing; empty: it did, or there is none.
  std::string source_trouble = {};
};

using Event = std::variant<Said, SaidLength, Exited>;

class Executor {
 public:
  virtual ~Executor() = default;
  /// Errors: the program is missing, the directory can't be written: with what to do.
  virtual Status start(const Launch& launch) = 0;
  /// Freezes the live process tree. Returns what it had said before and wait() has not returned.
  /// kUnavailable: it is gone already (an Exited follows).
  virtual Result<std::vector<Event>> hold(TrialId trial) = 0;
  /// Lets a held trial go on, now under `token`, until told otherwise.
  virtual Status thaw(TrialId trial, Token token) = 0;
  /// CONT, TERM, then KILL to all descendants after `grace`; an Exited follows.
  virtual void end(TrialId trial, Nanos grace) = 0;
  /// Stops the processes of all trials that run, as if no time went by for them, until
  /// continue_all().
  virtual void freeze_all() {}
  virtual void continue_all() {}
  /// All trials are dead at this monotonic instant even if we hang, where the containment can do
  /// that.
  virtual void set_deadline(Nanos /*instant*/) {}
  /// What a trial that asked by its report socket is told: go on, or stop.
  virtual void answer(TrialId /*trial*/, bool /*go_on*/) {}
  /// Waits until something happens, at most until `until` (monotonic), and returns all there is.
  virtual std::vector<Event> wait(Nanos until) = 0;
  /// KILL to everything, now; returns when all are reaped or `until` has come. Names what is left.
  virtual std::vector<std::string> kill_all(Nanos until) = 0;
  /// What held trials keep of memory, and how much they may.
  [[nodiscard]] virtual std::vector<Pool> held_memory() { return {}; }
  /// The live processes of each trial that isn't held, as far as they are found in a moment: for
  /// hints.
  [[nodiscard]] virtual std::map<TrialId, std::vector<pid_t>> processes() { return {}; }
  [[nodiscard]] virtual bool can_hold() const = 0;
  /// What stands between a dying hpopt and orphans: "pid namespace", "sweeps", ...
  [[nodiscard]] virtual std::string containment() const = 0;
};

}  // namespace hpopt
