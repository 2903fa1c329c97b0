// ProcessExecutor: trials as processes. One passive loop owns all of them.
//
//   ProcessExecutor executor({.objectives = spec.objectives});
//   executor.start(launch);
//   for (const Event& event : executor.wait(until)) ...
//
// Threads: one. Ownership: what is still running when it is destroyed is killed.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "exec/containment.h"
#include "exec/executor.h"
#include "exec/held_memory.h"
#include "exec/metric_parser.h"
#include "exec/report_valve.h"
#include "exec/running_trial.h"
#include "exec/spare_sockets.h"

namespace hpopt {

struct ProcessExecutorOptions {
  /// An eventfd or pipe that ends a wait() when it becomes readable; it is emptied. -1: none.
  int wake_fd = -1;
  /// What is looked for in the output; where an objective names a file, that is read.
  std::vector<Objective> objectives = {};
  /// Trials get a terminal instead of pipes.
  bool terminal = false;
  ContainmentKind containment = ContainmentKind::kAuto;
  /// All trials are dead at this monotonic instant even if we hang, where the containment can do
  /// that.
  std::optional<Nanos> deadline = std::nullopt;
};

class ProcessExecutor final : public Executor {
 public:
  explicit ProcessExecutor(ProcessExecutorOptions options = {});
  ~ProcessExecutor() override;
  ProcessExecutor(const ProcessExecutor&) = delete;
  ProcessExecutor& operator=(const ProcessExecutor&) = delete;

  Status start(const Launch& launch) override;
  Result<std::vector<Event>> hold(TrialId trial) override;
  Status thaw(TrialId trial, Token token) override;
  void end(TrialId trial, Nanos grace) override;
  void answer(TrialId trial, bool go_on) override;
  void freeze_all() override;
  void continue_all() override;
  void set_deadline(Nanos instant) override;
  std::vector<Event> wait(Nanos until) override;
  std::vector<std::string> kill_all(Nanos until) override;
  [[nodiscard]] std::vector<Pool> held_memory() override;
  [[nodiscard]] std::map<TrialId, std::vector<pid_t>> processes() override;
  [[nodiscard]] bool can_hold() const override { return true; }
  [[nodiscard]] std::string containment() const override { return containment_->name(); }
  [[nodiscard]] Status is_contained_as_asked() const {
    return is_of_kind(*containment_, options_.containment);
  }
  /// What the containment cannot promise, in a line; empty: nothing worth telling.
  [[nodiscard]] std::string caveat() const { return hpopt::caveat(*containment_); }

 private:
  RunningTrial* find(TrialId trial);
  /// Waits at most until `until` for descriptors; advances those that are ready or due. true:
  /// woken.
  bool turn(Nanos until, std::vector<Event>& events);
  [[nodiscard]] Nanos next_due() const;
  void advance(RunningTrial& trial, Nanos now, std::vector<Event>& events) const;
  /// Adds what passes the valve: at once, so that many who flood don't pile up.
  void pass(std::vector<Event> said, std::vector<Event>& events);
  void remove_gone();
  /// Of those that have not been reaped.
  [[nodiscard]] std::vector<pid_t> leaders() const;
  [[nodiscard]] Nanos end_of_waiting() const;
  void kill_until(Nanos until);
  /// KILL to all that is found. true: nothing is left.
  bool kill_round(Nanos until);
  [[nodiscard]] std::vector<std::string> survivors() const;
  [[nodiscard]] Nanos now() const { return clock_.monotonic(); }

  ProcessExecutorOptions options_;
  SystemClock clock_;
  std::unique_ptr<Containment> containment_;
  Result<MetricParser> parser_;
  MetricParser::ZeroBased zero_based_{};
  std::set<std::string> reported_from_zero_;
  std::map<TrialId, std::unique_ptr<RunningTrial>> trials_;
  HeldMemory held_memory_;
  std::vector<TrialId> frozen_;  ///< By freeze_all().
  std::vector<Event> ready_;     ///< Happened outside wait().
  ReportValve valve_;
  SpareSockets spare_sockets_;
};

}  // namespace hpopt
