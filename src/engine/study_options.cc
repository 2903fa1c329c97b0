#include "engine/study_options.h"

#include <cmath>

namespace hpopt {
namespace {

Status check_limits(std::chrono::duration<double> time, std::int64_t trials, int workers) {
  if (time.count() < 0 || !std::isfinite(time.count())) {
    return invalid("the time must be finite and not negative", "0 means no bound", "time");
  }
  if (trials < 0) return invalid("the number of trials is negative", "0 means no bound", "trials");
  if (workers < 0) {
    return invalid("the number of workers is negative", "0 means automatic", "workers");
  }
  return success();
}

/// The option is named where the parser knows only the word.
template <typename T>
Status named(const Result<T>& parsed, std::string option) {
  if (parsed) return success();
  Error error = parsed.error();
  error.where = std::move(option);
  return error;
}

Status check_search(const Options& options) {
  if (Status known = named(parse_method(options.sampler), "sampler"); !known) return known;
  if (Status known = named(parse_early_stop(options.early_stop), "early_stop"); !known)
    return known;
  if (options.min_steps < 0) {
    return invalid("the least number of steps is negative", "0 means automatic", "min_steps");
  }
  const double factor = options.reduction_factor;
  if (factor != 0 && !(factor > 1 && std::isfinite(factor))) {
    return invalid("the reduction factor must be above 1",
                   "3 keeps the best third at each rung; 0 "
                   "means automatic",
                   "reduction_factor");
  }
  return success();
}

}  // namespace

Status Options::validate() const {
  if (metric.empty()) return invalid("the metric has no name", "set Options::metric", "metric");
  if (Status fine = check_limits(time, trials, workers); !fine) return fine;
  if (full_steps < 0) return invalid("the full length is negative", "0 means learnt", "full_steps");
  if (storage.empty()) {
    return invalid("the storage has no place", "a folder, or memory:", "storage");
  }
  return check_search(*this);
}

Status OptimizeOptions::validate() const { return check_limits(time, trials, workers); }

StudySpec spec_of(const std::string& name, const Options& options) {
  StudySpec spec;
  spec.name = name;
  spec.objectives.push_back({.name = options.metric, .maximize = options.maximize});
  spec.space = options.space;
  spec.method = *parse_method(options.sampler);
  spec.early_stop = *parse_early_stop(options.early_stop);
  spec.min_iterations = options.min_steps;
  spec.eta = options.reduction_factor;
  spec.batch_size = options.batch_size;
  if (options.time.count() > 0) spec.time_seconds = options.time.count();
  if (options.trials > 0) spec.run_cap = options.trials;
  if (options.full_steps > 0) {
    spec.fidelities.push_back(
        {.name = "steps", .low = 1, .high = static_cast<double>(options.full_steps)});
  }
  return spec;
}

}  // namespace hpopt
