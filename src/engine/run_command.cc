#include "engine/run_command.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/adopt.h"
#include "engine/launcher.h"
#include "engine/run_loop.h"
#include "engine/summary.h"
#include "exec/environment.h"
#include "exec/process_executor.h"
#include "spec/constants.h"
#include "study/lease_keeper.h"

namespace hpopt {
namespace {

/// For locks, when the leases are given back: one that is not expires.
constexpr Nanos kAtTheEnd = std::chrono::milliseconds(100);

int worker_count(const RunSettings& settings, const StudySpec& spec) {
  if (settings.workers > 0) return settings.workers;
  if (spec.workers) return *spec.workers;
  return std::max(1, available_cores() / std::max(1, spec.resources.cpus));
}

Status learn_constant_length(Session& session) {
  const StudyState& state = session.state();
  const auto length = constant_length(state.spec().command);
  if (state.spec().is_cut() || !length || state.learnt_length() > 0) return success();
  return session.append({LengthLearnt{*length, "a constant of the command"}}, Durability::kBatched);
}

Status tell_caveat(Session& session, const ProcessExecutor& executor, RunObserver& observer) {
  const std::string text = executor.caveat();
  if (text.empty()) return success();
  observer.noted(text);
  return session.append({Noted{.trial = 0, .text = text, .key = sha256(text)}},
                        Durability::kBatched);
}

/// Both leases of a run, on a connection of their own: they outlive the session.
struct RunLeases {
  std::unique_ptr<Journal> journal;
  HeldLease runner;
  HeldLease decider;
};

/// A run that died with its lease is charged for what it had not charged yet.
Result<RunLeases> take_leases(Store& store, const std::string& study) {
  auto journal = store.open(study);
  if (!journal) return journal.error();
  auto runner = HeldLease::take(**journal, kRunner);
  if (!runner) return runner.error();
  auto decider = HeldLease::take(**journal, kDecider);
  if (!decider) return decider.error();
  if (runner->took_over()) {
    if (auto charged = (*journal)->beat(kRunner, runner->epoch(), kBeat); !charged)
      return charged.error();
  }
  return RunLeases{std::move(*journal), std::move(*runner), std::move(*decider)};
}

/// What must be in the journal before the first trial runs.
Status begin_session(Session& session, Store& store, const ProcessExecutor& executor, Epoch decider,
                     RunObserver& observer) {
  if (auto done = session.announce(executor.containment()); !done) return done;
  if (auto done = tell_caveat(session, executor, observer); !done) return done;
  if (auto done = pause_orphans(session); !done) return done;
  if (auto done = inherit(session, store, decider); !done) return done;
  return learn_constant_length(session);
}

/// Closing the store merges its log into its file, and both are synced, which nothing can cut
/// short. Where the disk may take too long for that, it is left to the next who opens the store.
void hurry_where_late(Store& store, const Session& session, const Budget& budget, Nanos now) {
  constexpr int kSlower = 4;  // than the slowest write of late, a merge may be
  constexpr Nanos kAtLeast = std::chrono::milliseconds(200);
  constexpr double kLate = 0.2;  // seconds after the deadline
  const Nanos merged = now + std::max(kAtLeast, kSlower * session.slowest_write());
  if (session.in_trouble() || merged > budget.instant(-kLate)) store.hurry();
}

/// One run of a study, from the lease to the summary.
Result<Summary> run(Store& store, const std::string& study, const RunSettings& settings,
                    RunObserver& observer, const Clock& clock) {
  const Nanos opened = settings.began.value_or(clock.monotonic());
  auto journal = store.open(study);
  if (!journal) return journal.error();
  auto leases = take_leases(store, study);
  if (!leases) return leases.error();
  auto spent = leases->journal->spent();
  if (!spent) return spent.error();

  auto session = Session::open(std::move(*journal), clock);
  if (!session) return session.error();
  const StudyState& state = (*session)->state();
  const Budget budget(state.budget_seconds().value_or(Budget::kNone), *spent, opened);
  ProcessExecutor executor({.wake_fd = settings.wake_fd,
                            .objectives = state.spec().objectives,
                            .terminal = state.spec().pty,
                            .containment = settings.containment,
                            .deadline = budget.instant(0)});
  if (auto had = executor.is_contained_as_asked(); !had) return had.error();
  const Epoch decider = leases->decider.epoch();
  if (auto done = begin_session(**session, store, executor, decider, observer); !done) {
    return done.error();
  }

  const int workers = worker_count(settings, state.spec());
  const auto policy = make_policy(state.spec(), state.origin().seed);
  const Launcher launcher(state, study, settings.store_directory, workers,
                          find_provenance(state.origin().directory, state.spec().command));
  Checkpoints checkpoints(
      [&](TrialId trial) { return checkpoint_directory(launcher.directory_of(trial)); });
  for (const TrialRecord& trial : state.trials()) checkpoints.measure(trial.id);
  RunLoop loop({.session = **session,
                .policy = *policy,
                .executor = executor,
                .clock = clock,
                .observer = observer,
                .runner = leases->runner.epoch(),
                .decider = decider,
                .prepare = [&](const TrialRecord& trial, Token token,
                               int worker) { return launcher.prepare(trial, token, worker); },
                .checkpoints = &checkpoints,
                .ended = [&](const TrialRecord& trial) { launcher.keep_result(trial); }},
               settings, workers, budget);
  const RunEnd end = loop.run();
  leases->journal->set_patience(kAtTheEnd);
  leases->journal->hurry();
  hurry_where_late(store, **session, loop.budget(), clock.monotonic());
  Summary summary = make_summary(state, study, loop.budget().used(clock.monotonic()));
  summary.outcome = end.outcome;
  summary.reason = end.reason;
  summary.error = end.error;
  return summary;
}

}  // namespace

Summary run_command(Store& store, const std::string& study, const RunSettings& settings,
                    RunObserver& observer, const Clock& clock) {
  auto summary = run(store, study, settings, observer, clock);
  if (summary) return *summary;
  Summary failed;
  failed.study = study;
  failed.outcome = Summary::Outcome::kError;
  failed.reason = summary.error().message();
  failed.error = summary.error();
  return failed;
}

}  // namespace hpopt
