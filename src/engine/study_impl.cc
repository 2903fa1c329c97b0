#include "engine/study_impl.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "base/rng.h"
#include "base/text.h"
#include "engine/adopt.h"
#include "engine/opening.h"
#include "engine/trial_run.h"
#include "engine/wanted.h"
#include "policy/ending.h"
#include "storage/open_store.h"
#include "study/fold.h"

namespace hpopt {
namespace {

std::string working_directory() {
  char* path = get_current_dir_name();
  std::string text = path == nullptr ? "." : path;
  std::free(path);
  return text;
}

constexpr const char* kMend =
    "give it another name, or set Options::existing to Existing::kRestart to start over, knowing "
    "its trials";

Status check_same_question(const StudySpec& stored, const StudySpec& asked) {
  const auto& goal = stored.objectives.front();
  const auto& wanted = asked.objectives.front();
  if (goal.name != wanted.name || goal.maximize != wanted.maximize) {
    return invalid(fmt::format("study '{}' {} '{}', and is opened to {} '{}'", stored.name,
                               goal.maximize ? "maximizes" : "minimizes", goal.name,
                               wanted.maximize ? "maximize" : "minimize", wanted.name),
                   kMend);
  }
  if (!asked.space.empty() && !(stored.space == asked.space)) {
    return invalid(fmt::format("study '{}' has another space: {}", stored.name,
                               join(differences(stored, asked), "; ")),
                   kMend);
  }
  return success();
}

Error kept_from_deciding() {
  return {Code::kBusy,
          "no decision could be placed: another process decides all the time",
          {},
          "try again"};
}

}  // namespace

Study::Impl::~Impl() {
  if (!session) return;
  charge();
  // Trials that are still out belong to the program that lets go of the study: they are let go too.
  (void)pause_own(*session);
  if (options.storage == "memory:") forget_directories();
}

/// Of a study in memory nobody can go on from what its trials have left on the disk.
void Study::Impl::forget_directories() const {
  std::error_code failure;
  std::filesystem::remove_all(fmt::format("{}/trials/{}", directory(), id), failure);
}

Status Study::Impl::check_process() const {
  if (!is_inherited()) return success();
  return invalid(
      fmt::format("study '{}' was opened by the process that this one was forked from", name),
      "open it here again; a trial is attached to by its number");
}

void Study::Impl::keep(std::shared_ptr<Impl> inherited) {
  static auto* const kept = new std::vector<std::shared_ptr<Impl>>;
  kept->push_back(std::move(inherited));
}

Status Study::Impl::find_id() {
  if (!id.empty() || options.existing != Existing::kGoOn) return success();
  auto newest = newest_study(*store, name);
  if (!newest) return newest.error();
  if (*newest) id = (*newest)->id;
  return success();
}

// What fails half way is tried whole again.
Status Study::Impl::ensure_open() {
  if (session) return success();
  const StudySpec wanted = spec();
  if (Status known = find_id(); !known) return known;
  if (id.empty()) {
    Status created = create(wanted);
    const bool overtaken = !created && created.error().code == Code::kConflict;
    if (overtaken) created = find_id();  // another process has just made it
    if (!created) return created;
  }
  Status opened = open_session(wanted);
  if (!opened) session.reset();
  return opened;
}

Status Study::Impl::open_session(const StudySpec& wanted) {
  auto journal = store->open(id);
  if (!journal) return journal.error();
  auto working = Session::open(std::move(*journal), clock);
  if (!working) return working.error();
  if (auto announced = (*working)->announce("in process"); !announced) return announced;
  session = std::move(*working);
  declared = session->state().declares_space();
  if (auto same = check_same_question(session->state().spec(), wanted); !same) return same;
  auto spent = session->journal().spent();
  if (!spent) return spent.error();
  if (auto extended = extend_to(wanted.time_seconds.value_or(0), *spent); !extended)
    return extended;
  if (wanted.run_cap.value_or(0) > session->state().spec().run_cap.value_or(0)) {
    if (auto capped = cap_at(*wanted.run_cap); !capped) return capped;
  }
  last_beat = clock.monotonic();
  idle_since = last_beat;
  budget.emplace(session->state().budget_seconds().value_or(Budget::kNone), *spent, last_beat);
  if (auto lease = HeldLease::take(session->journal(), kRunner)) {
    runner.emplace(std::move(*lease));
    if (auto paused = pause_orphans(*session); !paused) return paused;
  }
  policy = make_policy(session->state().spec(), session->state().origin().seed);
  return know_the_parent();
}

/// A larger time means that total.
Status Study::Impl::extend_to(double total, Nanos spent) {
  const auto stored = session->state().budget_seconds();
  if (total <= stored.value_or(0)) return success();
  const double added = total - stored.value_or(-seconds(spent));
  return append({Extended{added, fmt::format("to {}", shortest(total))}});
}

Status Study::Impl::cap_at(std::int64_t trials) {
  if (trials <= 0 || session->state().spec().run_cap == trials) return success();
  return append({Capped{trials}});
}

Status Study::Impl::set_bounds(const OptimizeOptions& bounds) {
  if (auto capped = cap_at(bounds.trials); !capped) return capped;
  charge();
  auto spent = session->journal().spent();
  if (!spent) return spent.error();
  const double wanted = bounds.time.count();
  if (auto extended = extend_to(wanted, *spent); !extended) return extended;
  const Nanos now = clock.monotonic();
  budget.emplace(session->state().budget_seconds().value_or(Budget::kNone), *spent, now);
  if (wanted > 0 && wanted < budget->total()) {
    budget->end_session_in(wanted - budget->used(now), now);
  }
  return success();
}

/// Whoever decides first does it for all.
Status Study::Impl::know_the_parent() {
  const StudyState& state = session->state();
  const bool known = !state.trials().empty() || !state.inherited().empty();
  if (state.origin().parent.empty() || known) return success();
  auto decider = HeldLease::take(session->journal(), kDecider);
  if (!decider) return decider.error().code == Code::kBusy ? success() : decider.error();
  return inherit(*session, *store, decider->epoch());
}

Choice Study::Impl::choice() const {
  if (!id.empty() || options.existing == Existing::kGoOn) return Choice::kAuto;
  return options.existing == Existing::kRestart ? Choice::kRestart : Choice::kFresh;
}

/// A new study, beside the one of this name or in its stead.
Status Study::Impl::create(const StudySpec& wanted) {
  const std::string directory = working_directory();
  Found found;
  if (options.existing != Existing::kGoOn) {
    auto there = find_study(*store, wanted, directory);
    if (!there) return there.error();
    found = std::move(*there);
  }
  auto opened =
      open_study(*store, found, wanted, directory, choice(), std::nullopt, options.seed, clock);
  if (!opened) return opened.error();
  id = opened->study;
  return success();
}

std::string Study::Impl::directory() const { return store_directory(options.storage); }

std::unique_ptr<Trial::Impl> Study::Impl::lease(const Admitted& admitted) {
  const TrialRecord& record = *session->state().find(admitted.trial);
  auto trial = std::make_unique<Trial::Impl>();
  trial->study = shared_from_this();
  trial->id = admitted.trial;
  trial->token = admitted.token;
  trial->proposed = record.configuration;
  trial->started = clock.monotonic();
  trial->elapsed_before = record.elapsed;
  return trial;
}

Result<std::unique_ptr<Trial::Impl>> Study::Impl::attach(TrialId number) {
  if (auto folded = session->refresh(); !folded) return folded.error();
  const TrialRecord* record = session->state().find(number);
  if (record == nullptr) {
    return Error{Code::kNotFound,
                 fmt::format("study '{}' has no trial {}", name, number),
                 {},
                 fmt::format("it has {} so far", session->state().trials().size())};
  }
  if (record->state != TrialState::kRunning) {
    return Error{Code::kConflict,
                 fmt::format("trial {} doesn't run: it is {}", number, hpopt::name(record->state)),
                 {},
                 is_finished(record->state) ? "ask for another" : "ask() lets it go on"};
  }
  auto trial = lease({.trial = number, .token = record->token});
  trial->assigned = record->configuration;
  trial->attached = true;
  return trial;
}

/// A trial that waits is started before anything else.
Status Study::Impl::enqueue(const Configuration& wanted) {
  constexpr int kTries = 1000;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    if (auto folded = session->refresh(); !folded) return folded;
    const StudyState& state = session->state();
    if (!within_run_cap(state)) {
      return Error{Code::kNotFound,
                   fmt::format("all {} trials are there", *state.spec().run_cap),
                   {},
                   "open the study with more trials"};
    }
    const auto trial = static_cast<TrialId>(state.trials().size() + 1);
    Rng rng(state.origin().seed, ~std::uint64_t{trial});  // samplers have those of the numbers
    auto whole =
        declared ? completed(wanted, state.space(), rng) : as_far_as_known(wanted, state.space());
    if (!whole) return whole.error();
    Status appended = append({Suggested{
        .trial = trial,
        .configuration = std::move(*whole),
        .unique = false,
        .request = random_id(),
        .decision = {.by = "user", .reason = "enqueued", .read_revision = state.revision()}}});
    if (appended || appended.error().code != Code::kConflict) return appended;
  }
  return kept_from_deciding();
}

Result<const StudyState*> Study::Impl::look() {
  if (session) {
    if (auto folded = session->refresh(); !folded) return folded.error();
    return &session->state();
  }
  if (id.empty()) {
    return Error{Code::kNotFound,
                 fmt::format("study '{}' is not there yet", name),
                 {},
                 "the first ask() or optimize() makes it"};
  }
  auto journal = store->open(id);
  if (!journal) return journal.error();
  looked_at_ = StudyState();
  if (auto folded = fold(**journal, looked_at_); !folded) return folded.error();
  return &looked_at_;
}

void Study::Impl::keep_time() {
  if (clock.monotonic() - last_beat >= kBeat) charge();
}

void Study::Impl::charge() {
  const Nanos now = present();
  if (!runner) take_over();
  if (runner && !session->journal().beat(kRunner, runner->epoch(), now - last_beat)) {
    runner.reset();
  }
  last_beat = now;
}

/// Who counted the study's time may have gone. What its trials had come to waits for any of us.
void Study::Impl::take_over() {
  const auto lease = session->journal().lease(kRunner);
  if (!lease || !(lease->holder.empty() || is_holder_dead(lease->holder))) return;
  auto held = HeldLease::take(session->journal(), kRunner);
  if (!held) return;
  runner.emplace(std::move(*held));
  last_beat = present();
  (void)pause_orphans(*session);
}

bool Study::Impl::works() const { return optimizing || session->state().counts().running > 0; }

void Study::Impl::begin_work() {
  if (works()) return;
  const Nanos now = clock.monotonic();
  budget->leave_out(now - idle_since);
  last_beat += now - idle_since;
  idle_since = now;
}

double Study::Impl::left() const { return budget->left(present()); }

Moment Study::Impl::moment(int free_slots, int slots) const {
  return {.time_left = left() - margin,
          .time_budget = budget->total(),
          .free_slots = free_slots,
          .slots = slots,
          .can_hold = holds_trials};
}

Status Study::Impl::decide(const std::function<Status(Epoch)>& act) {
  constexpr int kTries = 1000;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    auto decider = HeldLease::take(session->journal(), kDecider);
    if (decider) return act(decider->epoch());
    if (decider.error().code != Code::kBusy) return decider.error();
    usleep(500);  // another thread or process decides right now
  }
  return kept_from_deciding();
}

/// Decided where it is asked, without the decider's lease: who was quicker is noticed by the
/// guards. The next waits a moment, so that several processes don't decide for nothing all at once.
Result<std::optional<Study::Impl::Admitted>> Study::Impl::next(int free_slots, int slots) {
  constexpr int kTries = 1000;
  constexpr std::uint64_t kFirstWait = 100;  // microseconds
  constexpr int kMostDoublings = 5;
  Rng jitter(static_cast<std::uint64_t>(getpid()), clock.monotonic().count() & 0xffff'ffff);
  for (int attempt = 0; attempt < kTries; ++attempt) {
    if (auto folded = session->refresh(); !folded) return folded.error();
    bool overtaken = false;
    auto admitted = first_admitted(free_slots, slots, overtaken);
    if (!admitted || *admitted || !overtaken) return admitted;
    usleep(static_cast<useconds_t>(
        jitter.below(kFirstWait << static_cast<unsigned>(std::min(attempt, kMostDoublings)))));
  }
  return kept_from_deciding();
}

/// `overtaken`: an action was refused since another process was quicker.
Result<std::optional<Study::Impl::Admitted>> Study::Impl::first_admitted(int free_slots, int slots,
                                                                         bool& overtaken) {
  overtaken = false;
  for (const Action& action : policy->next(session->state(), moment(free_slots, slots))) {
    if (const auto* evict = std::get_if<EvictAction>(&action)) {
      if (benches.contains(evict->trial)) dismiss(evict->trial);
      continue;
    }
    const auto* resume = std::get_if<ResumeAction>(&action);
    if (resume != nullptr && leaving.contains(resume->trial)) continue;
    auto admitted = admit(action);
    if (!admitted || *admitted) return admitted;
    overtaken = true;
  }
  return std::optional<Admitted>();
}

void Study::Impl::dismiss(TrialId trial) {
  const auto bench = benches.extract(trial);
  bench.mapped()->leave = true;
  bench.mapped()->woken.notify_all();
  leaving.insert(trial);
}

Result<std::optional<Study::Impl::Admitted>> Study::Impl::admit(const Action& action) {
  if (const auto* finish = std::get_if<FinishAction>(&action)) {
    return std::optional(Admitted{.finished = true, .reason = finish->decision.reason});
  }
  const StudyState& state = session->state();
  const Token token = session->next_token();
  std::vector<Payload> facts;
  Started start{.token = token};
  if (const auto* suggest = std::get_if<SuggestAction>(&action)) {
    start.trial = static_cast<TrialId>(state.trials().size() + 1);
    start.until_step = suggest->until_step;
    start.decision = suggest->decision;
    if (!suggest->model.empty()) facts.emplace_back(Fitted{suggest->model});
    facts.emplace_back(Suggested{.trial = start.trial,
                                 .configuration = suggest->configuration,
                                 .unique = declared,
                                 .request = random_id(),
                                 .decision = suggest->decision});
  } else {
    const auto& resume = std::get<ResumeAction>(action);
    start.trial = resume.trial;
    start.version = state.find(resume.trial)->version;
    start.until_step = resume.until_step;
    start.decision = resume.decision;
    start.thawed = benches.contains(resume.trial);
  }
  const Admitted admitted{.trial = start.trial, .token = token, .thawed = start.thawed};
  facts.emplace_back(std::move(start));
  // A loss of power may undo it, with the run itself; its result brings it to the disk.
  Status appended = append(std::move(facts), Durability::kBatched);
  if (appended) return std::optional(admitted);
  if (appended.error().code == Code::kConflict) return std::optional<Admitted>();
  return appended.error();
}

}  // namespace hpopt
