// SimExecutor: trials as learning curves on a virtual clock. The engine that drives real processes
// runs on it unchanged, thousands of times faster than real time.
//
//   ManualClock clock;
//   SimExecutor executor(clock, [](const Configuration& c) { return SimTrial{...}; });
//
// Threads: one. Ownership: the clock must outlive it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "exec/executor.h"

namespace hpopt {

/// How one configuration behaves.
struct SimTrial {
  double start_up = 0;  ///< Seconds before the first step.
  double seconds_a_step = 1;
  int steps = 1;                          ///< It exits by itself after so many.
  std::function<double(int step)> score;  ///< Printed after each step, under `metric`.
  std::function<double(int step)> step;   ///< What it calls its steps; none: 1, 2, 3, ...
  std::string metric = "score";
  std::function<std::string(int step)> metric_of;  ///< Another at each step; none: `metric`.
  int exit_code = 0;
  Memory short_of = Memory::kEnough;  ///< As its last lines say when it exits by itself.
  double exit_time = 0;               ///< Seconds between TERM and its exit.
  std::uint64_t memory = 0;           ///< Bytes.
  bool resumable = false;             ///< A new process goes on after the last step, not from 1.
};

class SimExecutor : public Executor {
 public:
  using Behaviour = std::function<SimTrial(const Configuration&)>;

  SimExecutor(ManualClock& clock, Behaviour behaviour, bool can_hold = true)
      : clock_(clock), behaviour_(std::move(behaviour)), can_hold_(can_hold) {}

  Status start(const Launch& launch) override;
  Result<std::vector<Event>> hold(TrialId trial) override;
  Status thaw(TrialId trial, Token token) override;
  void end(TrialId trial, Nanos grace) override;
  void freeze_all() override;
  void continue_all() override;
  std::vector<Event> wait(Nanos until) override;
  std::vector<std::string> kill_all(Nanos until) override;
  [[nodiscard]] std::vector<Pool> held_memory() override;
  [[nodiscard]] bool can_hold() const override { return can_hold_; }
  [[nodiscard]] std::string containment() const override { return "simulated"; }

  /// Bytes that held trials may keep in all.
  void limit_held_memory(std::uint64_t bytes) { held_limit_ = bytes; }
  /// Seconds in which workers ran a trial, in all: what of the time was used.
  [[nodiscard]] double busy_seconds() const { return busy_; }

 private:
  struct Process {
    Token token = 0;
    SimTrial trial;
    int step = 0;
    Nanos next{0};  ///< When the next step ends; while held: how long that still takes.
    bool held = false;
    bool ending = false;
    double elapsed = 0;  ///< Until `since`.
    Nanos since{0};
  };
  void freeze(Process& process);
  void go_on(Process& process);
  Process* earliest();
  void advance(TrialId trial, Process& process, std::vector<Event>& events);
  [[nodiscard]] double elapsed(const Process& process) const;
  void stop_counting(Process& process);

  ManualClock& clock_;
  Behaviour behaviour_;
  bool can_hold_;
  std::optional<std::uint64_t> held_limit_;
  double busy_ = 0;
  std::map<TrialId, Process> processes_;
  std::vector<TrialId> frozen_;   ///< By freeze_all().
  std::map<TrialId, int> saved_;  ///< Last step of resumable trials.
};

}  // namespace hpopt
