// What stands behind Study and Trial: one session of one study, shared by threads.
#pragma once

#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "engine/budget.h"
#include "engine/opening.h"
#include "engine/session.h"
#include "engine/study_options.h"
#include "hpopt/study.h"
#include "policy/policy.h"
#include "study/journal.h"
#include "study/lease_keeper.h"

namespace hpopt {

/// Where a trial of optimize() waits while it is paused: its thread stands still inside report().
struct Bench {
  std::condition_variable woken;
  std::optional<Token> token;  ///< Goes on under this one.
  bool leave = false;          ///< Return instead.
};

struct Study::Impl : std::enable_shared_from_this<Study::Impl> {
  Impl(std::string study_name, Options study_options)
      : name(std::move(study_name)), options(std::move(study_options)) {}
  ~Impl();

  /// In a process that was forked from ours nothing of it may be written, given back or closed: the
  /// leases and the store's locks are not that one's.
  [[nodiscard]] bool is_inherited() const { return getpid() != process_; }
  /// Error (kInvalid): it is inherited. To be asked before `mutex`, which may never be free there.
  [[nodiscard]] Status check_process() const;
  /// For as long as the process lives.
  static void keep(std::shared_ptr<Impl> inherited);

  const std::string name;
  const Options options;
  SystemClock clock;
  std::string id;  ///< Empty until the study is in the store.
  std::unique_ptr<Store> store;

  std::mutex mutex;  ///< Guards all below.
  std::unique_ptr<Session> session;
  std::unique_ptr<Policy> policy;
  std::optional<HeldLease> runner;  ///< Held: we count the study's time.
  std::optional<Budget> budget;
  bool declared = false;  ///< Its space was, when it was created; else define-by-run.
  Nanos last_beat{0};
  Nanos idle_since{0};  ///< While nothing works on the study: its time stands still.
  bool optimizing = false;
  bool holds_trials = false;  ///< Inside optimize(): paused trials wait on a bench.
  std::map<TrialId, std::shared_ptr<Bench>> benches;
  std::set<TrialId> leaving;        ///< Were told to return from their bench, and have not yet.
  double margin = 0;                ///< Seconds before the deadline at which nothing goes on.
  std::condition_variable changed;  ///< A trial ended or was paused.
  std::stop_source stopping;
  std::atomic<bool> stop_wanted{false};

  [[nodiscard]] StudySpec spec() const { return spec_of(name, options); }
  /// The newest study of our name in the store, if there is one.
  Status find_id();
  Status create(const StudySpec& wanted);
  /// What to do with a study that is there already, until this one has its own.
  [[nodiscard]] Choice choice() const;
  /// Finds or creates the study and opens the session. REQUIRES: mutex.
  Status ensure_open();
  Status open_session(const StudySpec& wanted);
  Status extend_to(double total, Nanos spent);
  /// Trials in all; 0: as it is.
  Status cap_at(std::int64_t trials);
  /// What one optimize() has otherwise. REQUIRES: mutex, ensure_open(), begin_work().
  Status set_bounds(const OptimizeOptions& bounds);
  Status know_the_parent();
  /// Beats and charges the budget when a second has passed. REQUIRES: mutex, ensure_open().
  void keep_time();
  void charge();
  /// Whether a trial runs, or optimize() does.
  [[nodiscard]] bool works() const;
  /// Until when the study's time has gone on.
  [[nodiscard]] Nanos present() const { return works() ? clock.monotonic() : idle_since; }
  /// The time goes on from now, where it stood still.
  void begin_work();
  /// It stands still from now, unless another trial runs.
  void rest() { idle_since = clock.monotonic(); }
  [[nodiscard]] double left() const;
  /// Whether trials that report are told to return.
  [[nodiscard]] bool is_over() const { return stop_wanted || left() <= margin; }
  [[nodiscard]] Moment moment(int free_slots, int slots) const;

  /// Tries the policy's actions until one is admitted. None: nothing to do now. REQUIRES: mutex.
  struct Admitted {
    TrialId trial = 0;
    Token token = 0;
    bool thawed = false;
    bool finished = false;  ///< The policy sees nothing more that is worth doing: `reason`.
    std::string reason;
  };
  Result<std::optional<Admitted>> next(int free_slots, int slots);

  /// Has a trial that waits on a bench return, so that its thread ends. REQUIRES: mutex, it waits.
  void dismiss(TrialId trial);
  /// Under the decider's lease, which is waited for. REQUIRES: mutex.
  Status decide(const std::function<Status(Epoch)>& act);
  Status check_bounds(const OptimizeOptions& bounds);

  [[nodiscard]] std::unique_ptr<Trial::Impl> lease(const Admitted& admitted);
  Result<std::unique_ptr<Trial::Impl>> attach(TrialId trial);
  Status enqueue(const Configuration& wanted);
  /// The state by now, also of a study that is open only while its command runs. Errors: there is
  /// none, or it can't be read.
  Result<const StudyState*> look();
  /// Where trials' directories go.
  [[nodiscard]] std::string directory() const;

  Status append(std::vector<Payload> facts, Durability durability = Durability::kSynced) {
    return session->append(std::move(facts), durability);
  }

 private:
  void take_over();
  void forget_directories() const;
  Result<std::optional<Admitted>> first_admitted(int free_slots, int slots, bool& overtaken);
  Result<std::optional<Admitted>> admit(const Action& action);

  const pid_t process_ = getpid();
  StudyState looked_at_;  ///< By look(), where there is no session.
};

struct Trial::Impl {
  std::shared_ptr<Study::Impl> study;
  TrialId id = 0;
  Token token = 0;
  Configuration proposed;  ///< And what was drawn since for parameters that it lacked.
  Configuration assigned;  ///< What suggest_*() has answered.
  bool attached = false;   ///< Another has asked for it.
  Nanos started{0};
  double elapsed_before = 0;
  /// Set when the run's last fact is written, or the run was lost: what is answered from then on.
  std::optional<Verdict> over;
  bool told = false;  ///< Its result was, by who holds it.

  [[nodiscard]] double elapsed() const;
  [[nodiscard]] const TrialRecord& record() const;
  Value assign(const Parameter& parameter);
  Value draw(const Parameter& parameter);
  /// Appends a report.
  Status say(double step, double score);
  [[nodiscard]] std::vector<Payload> last_facts(Payload last) const;
  /// A result that is told, once.
  Status accept(const std::function<Status()>& result);
  Status tell(double score);
  [[nodiscard]] Status heard() const;
  /// What an append came to: a conflict means that the run was lost.
  Status noticed(const Status& appended);
  Verdict end_by(Verdict verdict, Ended ended);
  Status fail(const std::string& message, Memory memory, Decision decision, int exit_code = 0);
  /// The run is broken off by no fault of its own: the trial goes on later, or is complete when it
  /// has come to its last step.
  Status leave_off(const std::string& reason);
  /// Of one that was told to return from its bench: nothing of it waits any more.
  Status let_go();
  Status finish(Ended ended, std::vector<Payload> said = {});
  Verdict obey(const Judgement& judgement, std::unique_lock<std::mutex>& lock);
  Verdict pause(const Decision& decision, std::unique_lock<std::mutex>& lock);
};

}  // namespace hpopt
