// RunLoop: ties journal, policy and executor together until the time is up, the study is finished,
// or somebody interrupts it. Data flows one way: journal, state, policy, executor, journal.
//
// Nothing here decides what is worth running: that is the policy's. Nothing here knows processes:
// that is the executor's. A real and a simulated executor run this very code.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "engine/budget.h"
#include "engine/checkpoints.h"
#include "engine/exit_time.h"
#include "engine/observer.h"
#include "engine/run_command.h"
#include "engine/session.h"
#include "engine/trial_run.h"
#include "exec/executor.h"
#include "exec/loggers_seen.h"
#include "exec/write_conflicts.h"
#include "policy/policy.h"

namespace hpopt {

/// What the loop works with. All must outlive it.
struct RunParts {
  Session& session;
  Policy& policy;
  Executor& executor;
  const Clock& clock;
  RunObserver& observer;
  Epoch runner = 0;  ///< Epochs of the leases that it holds.
  Epoch decider = 0;
  /// Fills argv, environment and directories of a run.
  std::function<Result<Launch>(const TrialRecord& trial, Token token, int worker)> prepare;
  /// What trials leave on disk to go on from; null: nothing.
  Checkpoints* checkpoints = nullptr;
  /// Told of each trial that has ended.
  std::function<void(const TrialRecord& trial)> ended = {};
};

/// How it ended. An error of the store is told apart from an ending that is in the journal.
struct RunEnd {
  Summary::Outcome outcome = Summary::Outcome::kNotRun;
  std::string reason;
  std::optional<Error> error;
};

class RunLoop {
 public:
  RunLoop(RunParts parts, const RunSettings& settings, int workers, Budget budget);

  RunEnd run();
  /// As it has become: without the time in which it was suspended.
  [[nodiscard]] const Budget& budget() const { return budget_; }

 private:
  enum class Phase { kRunning, kLeaving, kGone };

  // What happens round by round.
  Status round();
  Status heed_wishes();
  Status look_around();
  [[nodiscard]] std::optional<Nanos> time_of_day(Nanos now) const;
  void heed_wall_clock();
  void tell_deadline(Nanos instant);
  Status heed_suspension();
  Status keep_lease();
  Status charge();
  Status fill_slots();
  Status relieve_memory();
  Status relieve_disk();
  Status leave_in_time();
  [[nodiscard]] Nanos give_up_killing(Nanos now) const;
  Status take(const std::vector<Event>& events);
  [[nodiscard]] Nanos next_wakeup() const;
  void show();

  // Actions of the policy.
  enum class Tried { kDone, kRefused };
  Result<Tried> attempt(const Action& action);
  Result<Tried> attempt(const SuggestAction& action);
  Result<Tried> attempt(const ResumeAction& action);
  Result<Tried> attempt(const EvictAction& action);
  Result<Tried> attempt(const FinishAction& action);
  Result<Tried> begin(TrialRecord trial, double until_step, const Decision& decision,
                      std::vector<Payload> facts);
  Result<Tried> launch_run(const TrialRecord& trial, const Result<Launch>& launch);
  Status put_back(const TrialRecord& trial, const Error& error);
  Result<Tried> thaw(const ResumeAction& action, const TrialRecord& trial);
  Started started(const TrialRecord& trial, double until_step, const Decision& decision) const;

  // What trials say, and what becomes of them.
  std::vector<Payload> hear(const std::vector<Event>& events, std::set<TrialId>& scored);
  void hear(const Said& said, std::vector<Payload>& facts, std::set<TrialId>& scored);
  void hear(const SaidLength& said, std::vector<Payload>& facts);
  Status judge(TrialId trial);
  Status obey(TrialRun& run, const Judgement& judgement);
  Status pause(TrialRun& run, const Decision& decision);
  Status end(TrialRun& run, Cause cause, const Decision& decision, const std::string& message = {});
  Status bury(const Exited& exited);
  [[nodiscard]] Payload left_off(const TrialRun& run, double elapsed,
                                 const Decision& decision) const;
  Status bury_natural(const TrialRun& run, const Exited& exited);
  Status bury_interrupted(const TrialRun& run, const Exited& exited);
  [[nodiscard]] bool ended_where_told(const TrialRecord& record, const Exited& exited) const;
  [[nodiscard]] std::string missing(const TrialRun& run, bool still_runs) const;
  void tell_missing(const TrialRun& run);
  void take_back_missing(const TrialRun& run);
  void advise(const TrialRecord& out_of_memory);
  void tell_silent();
  void note(TrialId trial, const std::string& text);
  Status tell_plan();

  // The end.
  void leave(Summary::Outcome outcome, std::string reason, double grace);
  [[nodiscard]] Decision why_it_ends() const;
  Status close();
  void keep_digest();
  [[nodiscard]] Nanos patience() const;
  [[nodiscard]] double pause_grace() const;

  [[nodiscard]] Moment moment() const;
  [[nodiscard]] RunView view() const;
  [[nodiscard]] double now_left() const { return budget_.left(parts_.clock.monotonic()); }
  [[nodiscard]] double elapsed(const TrialRun& run) const;
  [[nodiscard]] const StudyState& state() const { return parts_.session.state(); }
  [[nodiscard]] std::optional<int> free_worker() const;
  TrialRun* find_run(TrialId trial, Token token);
  Status append(std::vector<Payload> facts, Durability durability = Durability::kSynced);
  /// For what the next synced append may carry to the disk with it; make_durable() sees to it that
  /// one comes within the round.
  Status append_soon(std::vector<Payload> facts);
  Status make_durable();

  RunParts parts_;
  RunSettings settings_;
  int workers_;
  Budget budget_;
  ExitTime exit_time_;
  Intake intake_;
  WriteConflicts conflicts_;
  LoggersSeen loggers_;
  std::map<TrialId, TrialRun> runs_;  ///< With a live process that holds a slot.
  std::map<TrialId, TrialRun> held_;  ///< Paused, with a frozen process.
  std::set<TrialId> evicted_;         ///< Of those, told to go.
  std::set<std::string> noted_;
  std::string plan_;
  Phase phase_ = Phase::kRunning;
  RunEnd end_;
  std::optional<Decision> finish_;  ///< The policy's, when it saw nothing more to do.
  Nanos kill_at_{0};                ///< While leaving: KILL is sent.
  Nanos last_beat_{0};
  Nanos last_poll_{0};
  Nanos last_plan_{0};
  Nanos deadline_{0};  ///< That the executor was told.
  int interrupts_seen_ = 0;
  int suspensions_seen_ = 0;
  int failed_starts_ = 0;   ///< Since the last that succeeded.
  Nanos start_after_{0};    ///< Until then nothing could be started.
  bool undurable_ = false;  ///< Something of this round is not on the disk yet.
};

}  // namespace hpopt
