// Study::optimize: trials as calls of a function, each in a thread of its own; optimize_workers: as
// messages to processes; optimize_command: as processes.
#include <exception>
#include <filesystem>
#include <new>

#include <fmt/format.h>

#include "engine/opening.h"
#include "engine/optimizer.h"
#include "engine/run_command.h"
#include "engine/summary.h"
#include "engine/worker_evaluator.h"
#include "exec/environment.h"
#include "exec/memory_words.h"
#include "spec/inline_form.h"

namespace hpopt {
namespace {

using Objective1 = std::function<double(Trial&)>;

class FunctionEvaluator final : public Evaluator {
 public:
  explicit FunctionEvaluator(const Objective1& objective) : objective_(objective) {}

  Evaluation evaluate(Trial& trial) override {
    try {
      return {.score = objective_(trial)};
    } catch (const std::bad_alloc& thrown) {
      return failure(thrown.what(), Memory::kHost);
    } catch (const std::exception& thrown) {
      return failure(thrown.what(), memory_in(thrown.what()));
    } catch (...) {
      return failure("an exception that is no std::exception", Memory::kEnough);
    }
  }

 private:
  static Evaluation failure(const std::string& what, Memory memory) {
    return {.end = Evaluation::End::kFailure,
            .message = what,
            .reason = "the objective threw an exception",
            .memory = memory};
  }

  const Objective1& objective_;
};

}  // namespace

/// What can be told before a study is made.
Status Study::Impl::check_bounds(const OptimizeOptions& bounds) {
  if (Status ours = check_process(); !ours) return ours;
  if (Status valid = bounds.validate(); !valid) return valid;
  const std::scoped_lock lock(mutex);
  const bool bounded = bounds.time.count() > 0 || bounds.trials > 0 || options.time.count() > 0 ||
                       options.trials > 0 || !options.space.empty();
  if (bounded || session) return success();
  return invalid("nothing bounds the study", "set Options::time or Options::trials");
}

Summary Study::optimize(const Objective1& objective, const OptimizeOptions& bounds) {
  if (Status bounded = impl_->check_bounds(bounds); !bounded) return failed_by(bounded.error());
  const int workers = bounds.workers > 0 ? bounds.workers : std::max(1, impl_->options.workers);
  FunctionEvaluator evaluator(objective);
  return Optimizer(*impl_, evaluator, bounds, workers).run();
}

Summary Study::optimize_workers(const WorkerProgram& worker, const OptimizeOptions& bounds) {
  if (Status bounded = impl_->check_bounds(bounds); !bounded) return failed_by(bounded.error());
  if (worker.argv.empty())
    return failed_by(invalid("no command starts a worker", "name its program"));
  const auto program = find_program(worker.argv.front(), {});
  if (!program) return failed_by(program.error());
  int workers = bounds.workers > 0 ? bounds.workers : impl_->options.workers;
  if (workers <= 0) workers = available_cores();
  WorkerEvaluator evaluator(worker, workers);
  return Optimizer(*impl_, evaluator, bounds, workers).run();
}

Summary Study::optimize_command(const std::vector<std::string>& argv) {
  const Nanos began = impl_->clock.monotonic();
  if (Status ours = impl_->check_process(); !ours) return failed_by(ours.error());
  {
    const std::scoped_lock lock(impl_->mutex);
    if (impl_->session && impl_->session->state().spec().command.empty()) {
      return failed_by(invalid("the study's objective is a function, and a command is to be run",
                               "give the command's study another name"));
    }
    impl_->runner.reset();  // the run holds the lease itself
  }
  StudySpec spec = impl_->spec();
  if (Status applied = apply_inline(argv, spec); !applied) return failed_by(applied.error());
  const std::string directory = std::filesystem::current_path().string();
  auto found = find_study(*impl_->store, spec, directory);
  if (!found) return failed_by(found.error());
  auto opened = open_study(*impl_->store, *found, spec, directory, impl_->choice(), std::nullopt,
                           impl_->options.seed, impl_->clock);
  if (!opened) return failed_by(opened.error());
  impl_->id = opened->study;
  if (!opened->run) {
    auto summary = summarize(*impl_->store, opened->study);
    return summary ? *summary : failed_by(summary.error());
  }
  RunObserver silent;
  RunSettings settings;
  settings.began = began;
  settings.store_directory = impl_->directory();
  settings.workers = impl_->options.workers;
  settings.stop = &impl_->stop_wanted;
  impl_->stop_wanted = false;
  return run_command(*impl_->store, opened->study, settings, silent, impl_->clock);
}

}  // namespace hpopt
