// Study: find the best hyper-parameters that a given time can buy.
//
//   auto study = hpopt::Study::open("digits", {.metric = "val_acc", .maximize = true,
//                                              .time = std::chrono::minutes(30)}).value();
//   hpopt::Summary summary = study.optimize([](hpopt::Trial& t) {
//     const double lr = t.suggest_float("lr", 1e-5, 1, {.log = true});
//     double acc = 0;
//     for (int e = t.next_step(); e <= t.last_step(); ++e) {
//       acc = train(lr, e);
//       if (t.report(e, acc) != hpopt::Verdict::kContinue) break;
//     }
//     return acc;
//   });
//   std::puts(summary.brief().c_str());
//
// Threads: a Study may be shared by threads; a Trial belongs to one thread at a time.
// Ownership: a Trial keeps what it needs of its Study alive. All state lives in `storage`: open the
// study again under the same name, in this or another process, and it goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hpopt/result.h"
#include "hpopt/space.h"
#include "hpopt/value.h"

namespace hpopt {

/// What a trial should do after a report.
enum class Verdict {
  kContinue,
  kPause,  ///< Return now; the trial may be asked to go on later.
  kStop,   ///< Return now; more of it isn't worth its time.
  kLost,   ///< Another process has taken the trial over: what it says is no longer heard.
};

/// What becomes of a study of the same name that is there already.
enum class Existing {
  kGoOn,     ///< It goes on.
  kRestart,  ///< A new one is made that knows the old one's trials, as far as they fit the declared
             ///< space, and tries the best of them first.
  kFresh,    ///< A new one is made that knows nothing.
};

struct Options {
  /// The name of what is optimized, as reports, tables and `hpopt best` show it.
  std::string metric = "score";
  bool maximize = true;
  /// The budget, over all sessions: the union of the intervals in which the study is worked on.
  /// Zero: no bound but `trials`.
  std::chrono::duration<double> time{0};
  /// At most so many trials; zero: no bound. One of `time` and `trials` bounds optimize().
  std::int64_t trials = 0;
  /// Trials at a time; zero: one for functions, one a core for commands and worker processes.
  int workers = 0;
  /// The full length of a trial in steps; zero: learnt from the first trial that ends by itself.
  int full_steps = 0;
  /// Same seed, same order of facts: same decisions.
  std::uint64_t seed = 0;
  /// A folder, "sqlite:PATH" or "memory:".
  std::string storage = ".hpopt";
  /// Declared parameters; empty: define-by-run with Trial::suggest_*.
  Space space;
  // How a new study searches; one that is there already goes on as it was made.
  /// auto or bayes: by a model of what was tried; gp or tpe: by this one; random; grid: every
  /// configuration of a space that is finite.
  std::string sampler = "auto";
  /// Which trials are cut short: auto; none; hyperband: successive halving; median: those below the
  /// median of the others.
  std::string early_stop = "auto";
  int min_steps = 0;            ///< Nobody is cut short before; zero: automatic.
  double reduction_factor = 0;  ///< Of halving: one in so many goes on, > 1; zero: 3.
  /// The parameter that is halved when memory was short; empty: one that is called so, such as
  /// "batch_size" or "bs".
  std::string batch_size;
  /// false: who runs the trials can't go on with one after a pause, so what would wait its turn is
  /// stopped. Each program says it for the trials that it reports.
  bool resumable = true;
  /// Starting over removes nothing: the old study is kept under its own id.
  Existing existing = Existing::kGoOn;

  /// The first thing that is wrong, with how to mend it.
  [[nodiscard]] Status validate() const;
};

/// What one call of optimize() has otherwise than the study. Zero: as the study.
struct OptimizeOptions {
  /// In all, with what earlier calls and sessions used. More than the study's: the study is
  /// extended to it. Less: the call ends there, and the study can go on.
  std::chrono::duration<double> time{0};
  /// In all, with those that are there already: from now on the study's bound.
  std::int64_t trials = 0;
  int workers = 0;

  [[nodiscard]] Status validate() const;
};

struct FloatOptions {
  bool log = false;
  double step = 0;  ///< 0: continuous; else counted from the lower bound.
};
struct IntOptions {
  bool log = false;
  std::int64_t step = 1;
};

/// A lease on one evaluation. Move-only; dropped without a result it is as if it had never been
/// asked, unless it was attached to.
class Trial {
 public:
  Trial(Trial&&) noexcept;
  Trial& operator=(Trial&&) noexcept;
  ~Trial();

  [[nodiscard]] std::uint32_t number() const;  ///< 1, 2, 3, ...
  [[nodiscard]] const Configuration& params() const;
  [[nodiscard]] std::uint64_t seed() const;  ///< For the trial's own random numbers.

  /// The value that this trial uses for a parameter, declared here. Asked twice: the same value.
  /// Throws Exception when the range is empty or differs from the one declared before.
  double suggest_float(std::string_view name, double low, double high, FloatOptions options = {});
  std::int64_t suggest_int(std::string_view name, std::int64_t low, std::int64_t high,
                           IntOptions options = {});
  Value suggest_categorical(std::string_view name, std::vector<Value> values);

  /// Steps count from 1. A trial that goes on after a pause starts after its last report if it left
  /// something in checkpoint_dir(), else again at 1.
  [[nodiscard]] int next_step() const;
  /// The last step of the full training; a large number when it isn't known.
  [[nodiscard]] int last_step() const;
  [[nodiscard]] int full_steps() const { return last_step(); }
  /// The step at which this run will be looked at next, as a share of the full length in (0, 1].
  [[nodiscard]] double fidelity() const;

  /// Says a score. NaN or infinity: the trial has diverged and ends. Steps may come again and in
  /// any order: of each the last score counts. After the trial's end nothing is heard, and the
  /// answer is the verdict that ended it; after tell() or fail() kStop. Throws Exception for a step
  /// below 1, and when the store can't be written.
  Verdict report(int step, double score);
  /// Requested when the study's time is up or the study is stopped.
  [[nodiscard]] std::stop_token stop() const;
  /// Seconds until the study's deadline; infinity without one.
  [[nodiscard]] double left() const;
  /// A folder kept for the trial's life: who finds a checkpoint there goes on from it.
  [[nodiscard]] std::string checkpoint_dir() const;

 private:
  friend class Study;
  struct Impl;
  explicit Trial(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// A trial as the journal has it.
struct TrialInfo {
  std::uint32_t number = 0;
  /// waiting, running, paused, complete, stopped, failed, out_of_memory, diverged or cancelled.
  std::string state;
  Configuration params;
  std::optional<double> score;  ///< Of its best report; none: it has not said any.
  std::vector<std::pair<double, double>> reports;  ///< (step, score), ascending steps.
  double seconds = 0;                              ///< That it ran in all.
  std::string reason;  ///< What went wrong, else why it stands as it does; may be empty.
};

/// What a study came to.
struct Summary {
  enum class Outcome {
    kNotRun,
    kFinished,  ///< Nothing more was worth doing, or the trials are used up.
    kTimeUp,
    kStopped,  ///< By stop() or a user.
    kPaused,   ///< Run it again to go on.
    kError,    ///< See `error`.
  };
  struct Best {
    std::uint32_t trial = 0;
    double score = 0;
    double step = 0;         ///< The last step it was trained to; 0: no steps.
    bool confirmed = false;  ///< Trained to its full length.
    Configuration params;
  };

  Outcome outcome = Outcome::kNotRun;
  std::string study;   ///< Its id.
  std::string reason;  ///< Why it ended, one line.
  std::optional<Best> best;
  int complete = 0;
  int stopped = 0;
  int paused = 0;
  int failed = 0;      ///< Failed, out of memory or diverged.
  double seconds = 0;  ///< Of the budget, used over all sessions.
  std::optional<Error> error;

  [[nodiscard]] std::string brief() const;  ///< One line.
  [[nodiscard]] std::string full() const;   ///< Some lines, with the best parameters.
};

/// "not_run", "finished", "time_up", "stopped", "paused" or "error".
[[nodiscard]] std::string_view name(Summary::Outcome outcome);

/// What starts a worker, which speaks docs/worker-protocol.md on its standard input, a socket.
struct WorkerProgram {
  std::vector<std::string> argv;
  /// It can be asked to fork workers from itself, so that what it loads is loaded once.
  bool forks = false;
};

class Study {
 public:
  Study(Study&&) noexcept;
  Study& operator=(Study&&) noexcept;
  ~Study();

  /// Opens the newest study of this name in the storage. Where there is none it is created by the
  /// first ask() or optimize(), and has no id until then. Errors: options that are
  /// wrong; a space, metric or goal that differs from the stored study's; a store that can't be
  /// opened.
  static Result<Study> open(std::string name, Options options = {});

  /// A new configuration to evaluate. Errors: kNotFound when the space is exhausted or `trials`
  /// reached; kUnavailable when the time is up.
  Result<Trial> ask();
  /// The next trial to be asked for, before anything else; in the order in which they came. What it
  /// lacks of a declared space has its default or is drawn; define-by-run it is what suggest_*()
  /// answers where it names the parameter. It is in the storage: another process asks for it, if
  /// this one ends. Errors: kInvalid, a configuration outside the space; kNotFound, all of `trials`
  /// are there.
  Status enqueue(const Configuration& wanted);
  /// A trial that runs, asked for by another Study object or process: reports and results by it are
  /// heard as the asker's are. Dropped, it stays with the asker. Errors: kNotFound when there is no
  /// such trial; kConflict when it doesn't run.
  Result<Trial> attach(std::uint32_t number);
  /// The result of a trial, once. After a verdict other than kContinue its reports are its result
  /// already, and the score is not heard. NaN or infinity: the trial has diverged. The trial can
  /// still be asked for its number and parameters. Errors: kConflict: the trial has its result
  /// already, told here or elsewhere, or was taken over; kStorage: nothing was told, try again.
  Status tell(Trial& trial, double score);
  Status tell(Trial&& trial, double score) { return tell(trial, score); }
  /// The same, of one that failed. Where `why` is a message of memory that was short ("CUDA out of
  /// memory", "std::bad_alloc"), the next to be asked has a smaller batch, if a parameter holds
  /// one.
  Status fail(Trial& trial, std::string_view why);
  Status fail(Trial&& trial, std::string_view why) { return fail(trial, why); }
  /// Without a result for now: one of the next to be asked for, here or in another session.
  Status set_aside(Trial& trial);
  Status set_aside(Trial&& trial) { return set_aside(trial); }

  /// Runs the objective until time or trials are used up, `workers` at a time, each in its own
  /// thread. The deadline is cooperative: an objective that doesn't return holds it up. An
  /// exception out of the objective fails its trial, as fail() with its message, and the study goes
  /// on; where all fail it ends as an error that quotes the last message.
  Summary optimize(const std::function<double(Trial&)>& objective,
                   const OptimizeOptions& bounds = {});
  /// The same, by processes that evaluate one trial after another. The deadline is enforced: what
  /// still runs is killed before it, and its trials are paused with what they have reported. A
  /// worker that dies fails its trial and is replaced. When this program ends, however it ends, so
  /// do the workers and what they have started.
  Summary optimize_workers(const WorkerProgram& worker, const OptimizeOptions& bounds = {});
  /// Runs a command line a trial, marked arguments as in `hpopt run`. The deadline is enforced.
  Summary optimize_command(const std::vector<std::string>& argv);
  /// Ends a running optimize(), optimize_workers() or optimize_command() soon; the first two can go
  /// on with another call. May be called from any thread.
  void stop();

  [[nodiscard]] Summary summary() const;
  /// All trials, those of other processes included, by their numbers. Empty where there is no study
  /// yet, or it can't be read.
  [[nodiscard]] std::vector<TrialInfo> trials() const;
  [[nodiscard]] std::optional<Summary::Best> best() const;
  [[nodiscard]] const std::string& id() const;
  [[nodiscard]] const std::string& name() const;
  /// Declared, or as far as trials have shown it.
  [[nodiscard]] Space space() const;

 private:
  friend class Trial;
  struct Impl;
  class Optimizer;
  explicit Study(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace hpopt
