// Trial: the lease on one evaluation, as the program that asked for it sees it.
#include <cmath>
#include <filesystem>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/rng.h"
#include "base/text.h"
#include "engine/launcher.h"
#include "engine/study_impl.h"
#include "engine/trial_run.h"
#include "engine/wanted.h"
#include "exec/environment.h"
#include "space/space_json.h"
#include "study/full_length.h"

namespace hpopt {
namespace {

/// The stream of one parameter's own draw: FNV-1a of its name, so that it doesn't hang on the
/// order.
std::uint64_t stream_of(TrialId trial, std::string_view name) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char letter : name)
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211ULL;
  return hash ^ trial;
}

Error has_result(TrialId trial) {
  return {Code::kConflict,
          fmt::format("trial {} has its result already", trial),
          {},
          "a result is told once; ask for another trial"};
}

Ended divergence(double score) {
  return {.cause = Cause::kDiverged,
          .decision = {.by = "engine", .reason = fmt::format("its score is {}", shortest(score))}};
}

}  // namespace

Trial::Trial(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Trial::Trial(Trial&&) noexcept = default;
Trial& Trial::operator=(Trial&& other) noexcept {
  if (this != &other) {
    const Trial dropped(std::exchange(impl_, std::move(other.impl_)));
  }
  return *this;
}

// Dropped without a result: as if it had never been asked.
Trial::~Trial() {
  if (!impl_) return;
  if (impl_->study->is_inherited()) {
    Study::Impl::keep(std::move(impl_->study));
    return;
  }
  if (impl_->over || impl_->attached) return;
  const std::scoped_lock lock(impl_->study->mutex);
  (void)impl_->finish({.cause = Cause::kCancelled,
                       .decision = {.by = "user", .reason = "dropped without a result"}});
}

std::uint32_t Trial::number() const { return impl_->id; }

const Configuration& Trial::params() const {
  return impl_->study->declared ? impl_->proposed : impl_->assigned;
}

std::uint64_t Trial::seed() const {
  const std::scoped_lock lock(impl_->study->mutex);
  return trial_seed(impl_->study->session->state().origin().seed, impl_->id);
}

double Trial::suggest_float(std::string_view name, double low, double high, FloatOptions options) {
  const Value value = impl_->assign(
      {.name = std::string(name),
       .domain = FloatDomain{low, high, options.log ? Scale::kLog : Scale::kLinear, options.step},
       .when = {},
       .default_value = {}});
  return value.as_double();
}

std::int64_t Trial::suggest_int(std::string_view name, std::int64_t low, std::int64_t high,
                                IntOptions options) {
  const Value value = impl_->assign(
      {.name = std::string(name),
       .domain = IntDomain{low, high, options.log ? Scale::kLog : Scale::kLinear, options.step},
       .when = {},
       .default_value = {}});
  return value.as_int();
}

Value Trial::suggest_categorical(std::string_view name, std::vector<Value> values) {
  return impl_->assign({.name = std::string(name),
                        .domain = CategoricalDomain{std::move(values), {}},
                        .when = {},
                        .default_value = {}});
}

Value Trial::Impl::assign(const Parameter& parameter) {
  if (Status ours = study->check_process(); !ours) throw Exception(ours.error());
  if (Status valid = validate(parameter.domain); !valid) {
    Error error = valid.error();
    error.where = parameter.name;
    throw Exception(error);
  }
  const std::scoped_lock lock(study->mutex);
  const Parameter* known = study->session->state().space().find(parameter.name);
  if (known != nullptr && !(known->domain == parameter.domain)) {
    throw Exception(invalid(fmt::format("its range is {} here and {} in the study",
                                        describe(parameter.domain), describe(known->domain)),
                            "give another range another name", parameter.name));
  }
  if (const Value* value = assigned.get(parameter.name)) return *value;
  if (known == nullptr) {
    Status grown = study->append({Grown{to_json(parameter).dump()}});
    if (!grown) throw Exception(grown.error());
  }
  const Value* from_proposal = proposed.get(parameter.name);
  Value value =
      from_proposal != nullptr ? value_for(parameter, *from_proposal).value() : draw(parameter);
  assigned.set(parameter.name, value);
  return value;
}

/// What nobody proposed. It is written at once, so that others know it who attach to the trial.
Value Trial::Impl::draw(const Parameter& parameter) {
  Rng rng(study->session->state().origin().seed, stream_of(id, parameter.name));
  Value value = from_unit(parameter.domain, rng.uniform());
  proposed.set(parameter.name, value);
  if (over) return value;
  Status written = study->append({Assigned{id, token, proposed}}, Durability::kBatched);
  if (!written && written.error().code != Code::kConflict) throw Exception(written.error());
  return value;
}

int Trial::next_step() const {
  if (std::filesystem::is_empty(checkpoint_dir())) return 1;
  const std::scoped_lock lock(impl_->study->mutex);
  return static_cast<int>(impl_->record().last_step()) + 1;
}

int Trial::last_step() const {
  const std::scoped_lock lock(impl_->study->mutex);
  const double full = full_length(impl_->study->session->state());
  return full > 0 ? static_cast<int>(full) : std::numeric_limits<int>::max();
}

double Trial::fidelity() const {
  const std::scoped_lock lock(impl_->study->mutex);
  const double full = full_length(impl_->study->session->state());
  const double until = impl_->record().until_step;
  return full > 0 && until > 0 ? std::min(1.0, until / full) : 1.0;
}

std::stop_token Trial::stop() const {
  const std::scoped_lock lock(impl_->study->mutex);
  return impl_->study->stopping.get_token();
}

double Trial::left() const {
  const std::scoped_lock lock(impl_->study->mutex);
  return impl_->study->left();
}

std::string Trial::checkpoint_dir() const {
  std::string directory =
      checkpoint_directory(trial_directory(impl_->study->directory(), impl_->study->id, impl_->id));
  if (Status made = make_directories(directory); !made) throw Exception(made.error());
  return directory;
}

Verdict Trial::report(int step, double score) {
  if (Status ours = impl_->study->check_process(); !ours) throw Exception(ours.error());
  std::unique_lock lock(impl_->study->mutex);
  if (impl_->over) return *impl_->over;
  if (step < 1) {
    throw Exception(invalid(fmt::format("trial {} reports step {}", impl_->id, step),
                            "steps count from 1: report the number of steps that are done"));
  }
  if (Status said = impl_->noticed(impl_->say(step, score)); !said) {
    if (said.error().code != Code::kConflict) throw Exception(said.error());
    return *impl_->over;
  }
  impl_->study->keep_time();
  if (!is_score(score)) {
    return impl_->end_by(Verdict::kStop, divergence(score));
  }
  if (impl_->study->is_over()) {
    const char* reason = impl_->study->stop_wanted ? "stopped by the program" : "the time is up";
    return impl_->obey({Course::kPause, {.by = "engine", .reason = reason}}, lock);
  }
  return impl_->obey(impl_->study->policy->judge(impl_->study->session->state(), impl_->id,
                                                 impl_->study->moment(0, 1)),
                     lock);
}

Verdict Trial::Impl::obey(const Judgement& judgement, std::unique_lock<std::mutex>& lock) {
  switch (judgement.course) {
    case Course::kContinue:
      return Verdict::kContinue;
    case Course::kPause:
      if (study->options.resumable || study->is_over()) return pause(judgement.decision, lock);
      [[fallthrough]];
    case Course::kStop:
      return end_by(Verdict::kStop, {.cause = Cause::kStopped, .decision = judgement.decision});
    case Course::kComplete:
      return end_by(Verdict::kStop, {.cause = Cause::kComplete, .decision = judgement.decision});
  }
  return Verdict::kContinue;
}

// Inside optimize() a pause holds the thread where it stands, as a process is frozen elsewhere:
// whatever the objective keeps in memory is still there when the trial goes on.
Verdict Trial::Impl::pause(const Decision& decision, std::unique_lock<std::mutex>& lock) {
  const bool holds = study->holds_trials && !study->is_over();
  const Status paused = noticed(study->append(last_facts(Paused{
      .trial = id, .token = token, .held = holds, .elapsed = elapsed(), .decision = decision})));
  if (!paused && !over) throw Exception(paused.error());
  if (paused && !holds) over = Verdict::kPause;
  if (over) {
    study->rest();
    return *over;
  }
  auto bench = std::make_shared<Bench>();
  study->benches[id] = bench;
  elapsed_before = elapsed();
  study->changed.notify_all();
  bench->woken.wait(lock, [&] { return bench->token.has_value() || bench->leave; });
  if (bench->leave) {
    over = record().token == token ? Verdict::kPause : Verdict::kLost;
    return *over;
  }
  token = *bench->token;
  started = study->clock.monotonic();
  return Verdict::kContinue;
}

double Trial::Impl::elapsed() const {
  return elapsed_before + seconds(study->clock.monotonic() - started);
}

const TrialRecord& Trial::Impl::record() const { return *study->session->state().find(id); }

/// Reports of one run are numbered. Who is attached to the trial in another process may have used
/// our number: then the report is passed over, and gets the next.
Status Trial::Impl::say(double step, double score) {
  for (;;) {
    const std::uint32_t sequence = study->session->state().last_sequence(id) + 1;
    Status appended = study->append({Reported{.trial = id,
                                              .token = token,
                                              .sequence = sequence,
                                              .metric = 0,
                                              .step = step,
                                              .value = score,
                                              .elapsed = elapsed()}},
                                    Durability::kBatched);
    if (!appended || study->session->state().last_sequence(id) >= sequence) return appended;
    if (Status folded = study->session->refresh(); !folded) return folded;
  }
}

/// The facts that end a run, the one given last. Define-by-run what was really asked for takes the
/// place of what was proposed.
std::vector<Payload> Trial::Impl::last_facts(Payload last) const {
  std::vector<Payload> facts;
  const bool unsettled = !study->declared && record().configuration != assigned;
  if (unsettled) facts.emplace_back(Assigned{id, token, assigned});
  facts.push_back(std::move(last));
  return facts;
}

/// All that a result says is appended at once.
Status Trial::Impl::tell(double score) {
  if (over) return heard();
  constexpr auto kLast = std::numeric_limits<std::uint32_t>::max();  // whoever else reports
  const TrialRecord& trial = record();
  std::vector<Payload> said;
  if (trial.reports.empty() || trial.reports.back().value != score) {
    said.emplace_back(Reported{.trial = id,
                               .token = token,
                               .sequence = kLast,
                               .metric = 0,
                               .step = std::max(1.0, trial.last_step()),
                               .value = score,
                               .elapsed = elapsed()});
  }
  if (!is_score(score)) return finish(divergence(score), std::move(said));
  if (auto length = shown_length(study->session->state(), trial)) {
    said.emplace_back(std::move(*length));
  }
  return finish(
      {.cause = Cause::kComplete, .decision = {.by = "user", .reason = "its result was told"}},
      std::move(said));
}

Status Trial::Impl::accept(const std::function<Status()>& result) {
  if (told) return has_result(id);
  Status accepted = over ? heard() : result();
  told = accepted.ok();  // what could not be stored may be told again
  return accepted;
}

/// After the run is over: its reports are in the journal already, unless they came too late.
Status Trial::Impl::heard() const {
  if (*over != Verdict::kLost) return success();
  if (is_finished(record().state)) return has_result(id);
  return Error{Code::kConflict,
               fmt::format("trial {} was taken over by another process", id),
               {},
               "its result is not heard; ask for another"};
}

Status Trial::Impl::noticed(const Status& appended) {
  if (appended || appended.error().code != Code::kConflict) return appended;
  over = Verdict::kLost;
  return heard();
}

Verdict Trial::Impl::end_by(Verdict verdict, Ended ended) {
  const Status finished = finish(std::move(ended));
  if (!finished && finished.error().code != Code::kConflict) throw Exception(finished.error());
  return finished ? verdict : *over;
}

Status Trial::Impl::fail(const std::string& message, Memory memory, Decision decision,
                         int exit_code) {
  const bool enough = memory == Memory::kEnough;
  if (!enough) decision.reason = fmt::format("it ran out of {}", in_words(memory));
  return finish({.cause = enough ? Cause::kFailed : Cause::kOutOfMemory,
                 .exit_code = exit_code,
                 .message = message,
                 .decision = std::move(decision),
                 .of_device = memory == Memory::kDevice});
}

Status Trial::Impl::leave_off(const std::string& reason) {
  if (over) return success();
  const Decision decision{.by = "engine", .reason = reason};
  if (is_full_length(study->session->state(), record())) {
    return finish({.cause = Cause::kComplete, .decision = decision});
  }
  Status paused = noticed(study->append(
      last_facts(Paused{
          .trial = id, .token = token, .held = false, .elapsed = elapsed(), .decision = decision}),
      Durability::kBatched));
  if (paused) over = Verdict::kPause;
  study->rest();
  return paused;
}

Status Trial::Impl::let_go() {
  const TrialRecord& left = record();
  if (!left.held || left.token != token) return success();
  return study->append({hpopt::let_go(left)}, Durability::kBatched);
}

/// `ended`: without what is known here of the run. `said`: before it.
Status Trial::Impl::finish(Ended ended, std::vector<Payload> said) {
  if (over) return heard();
  ended.trial = id;
  ended.token = token;
  ended.elapsed = elapsed();
  for (Payload& fact : last_facts(std::move(ended))) said.push_back(std::move(fact));
  Status appended = noticed(study->append(std::move(said)));
  if (appended) over = Verdict::kStop;
  study->rest();
  study->changed.notify_all();
  return appended;
}

}  // namespace hpopt
