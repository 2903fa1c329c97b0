#include "policy/auto_policy.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"
#include "policy/ending.h"
#include "policy/relief.h"
#include "sampler/make_sampler.h"
#include "scheduler/asha.h"
#include "scheduler/median_stop.h"
#include "scheduler/words.h"

namespace hpopt {
namespace {

constexpr std::uint64_t kMostHeld = 32;
constexpr std::uint64_t kMostHeldPerSlot = 4;
// A winner is let in when this much more than it needs is left.
constexpr double kRoomMargin = 1.1;
constexpr double kRoomSteps = 2;

Decision stamped(Decision decision, const StudyState& state, const Moment& moment) {
  decision.read_revision = state.revision();
  decision.time_left = moment.time_left;
  decision.free_slots = moment.free_slots;
  decision.time_budget = moment.time_budget;
  decision.slots = moment.slots;
  decision.can_hold = moment.can_hold;
  return decision;
}

Action stamped(Action action, const StudyState& state, const Moment& moment) {
  std::visit(
      [&](auto& wanted) { wanted.decision = stamped(std::move(wanted.decision), state, moment); },
      action);
  return action;
}

/// Paused by somebody else than this policy: it hadn't come to where it was to be judged.
bool was_interrupted(const TrialRecord& trial) {
  if (trial.state != TrialState::kPaused || trial.decisions.empty()) return false;
  const std::string& by = trial.decisions.back().by;
  return by != "asha" && by != "median" && by != "planner";
}

/// Where a trial that starts (again) is looked at next.
double next_stop(const Plan& plan, const TrialRecord& trial) {
  if (trial.until_step > trial.last_step()) return trial.until_step;
  const auto rung = std::upper_bound(plan.rungs.begin(), plan.rungs.end(), trial.last_step());
  return rung == plan.rungs.end() ? 0 : *rung;
}

}  // namespace

AutoPolicy::View AutoPolicy::look(const StudyState& state, const Moment& moment) {
  costs_.sync(state);
  View view{state, moment, make_plan(state, costs_, moment)};
  history_.set_levels(view.plan.rungs, view.plan.target);
  history_.sync(state);
  return view;
}

std::unique_ptr<Scheduler> AutoPolicy::scheduler(const View& view) const {
  const Plan& plan = view.plan;
  switch (plan.scheme) {
    case Scheme::kHalving:
      return std::make_unique<Asha>(
          Asha::Options{.eta = plan.eta,
                        .first_goes_through = plan.first_goes_through,
                        .pauses_are_dear = !view.moment.can_hold && !costs_.resumes_from_disk()});
    case Scheme::kMedian: {
      const bool asked_for = view.state.spec().early_stop == EarlyStop::kMedian;
      const double grace = view.state.spec().min_iterations;
      return std::make_unique<MedianStop>(MedianStop::Options{
          .first_step = grace > 0 ? grace : std::max(1.0, std::round(plan.target / plan.eta / 3)),
          .course = asked_for ? Course::kStop : Course::kPause});
    }
    case Scheme::kWhole:
      break;
  }
  return std::make_unique<RunToEnd>();
}

Worth AutoPolicy::worth(const View& view) const {
  return {view.state, history_.standings(), costs_, view.plan.eta};
}

std::vector<Continuation> AutoPolicy::waiting_their_turn(const View& view) const {
  return continuations(view.state, history_.standings(), costs_, view.plan, view.moment.time_left);
}

std::vector<Action> AutoPolicy::next(const StudyState& state, const Moment& moment) {
  const View view = look(state, moment);
  std::vector<Action> actions;
  std::optional<std::string> over = target_reached(state);
  if (!over) over = crash_loop(state);
  if (!over && moment.free_slots > 0) {
    add_evictions(view, actions);
    add_unstarted(view, actions);
    const bool finishing = view.plan.endgame;
    if (!finishing) {
      add_interrupted(view, actions);
      if (auto promoted = scheduler(view)->promote(state, history_.standings())) {
        actions.emplace_back(std::move(*promoted));
      }
    } else {
      add_continuations(view, false, actions);
    }
    std::optional<SuggestAction> fresh;
    if (!finishing || room_for_new(view)) fresh = new_trial(view);
    if (fresh) {
      actions.emplace_back(std::move(*fresh));
    } else if (!finishing) {
      // Nothing new is left. With time to spend all go on, in case a rung misled; who asked for
      // halving, or set no time, gets only those finished that may still win.
      const bool halving = state.spec().early_stop == EarlyStop::kHyperband;
      add_continuations(view, halving || !std::isfinite(moment.time_left), actions);
    }
    if (actions.empty() && state.counts().running == 0) over = why_finished(view);
  }
  if (over && state.counts().running == 0) {
    actions = {FinishAction{{.by = "planner", .reason = *over}}};
  }
  for (Action& action : actions) action = stamped(std::move(action), state, moment);
  return actions;
}

/// Descriptors and processes are scarce, too: beyond so many, the cheapest to lose go.
void AutoPolicy::add_evictions(const View& view, std::vector<Action>& actions) const {
  Pool frozen{
      .name = "frozen trials",
      .limit = kMostHeld + kMostHeldPerSlot * static_cast<std::uint64_t>(view.moment.slots)};
  for (TrialId id : view.state.open_trials()) {
    const TrialRecord& trial = *view.state.find(id);
    if (trial.held && trial.session == view.state.sessions()) frozen.kept[id] = 1;
  }
  for (const TrialId id : too_many(frozen, worth(view))) {
    actions.emplace_back(
        EvictAction{id,
                    {.by = "planner",
                     .reason = fmt::format("{} trials are frozen, and this one costs least to lose",
                                           frozen.kept.size())}});
  }
}

std::vector<EvictAction> AutoPolicy::relieve(const StudyState& state, const Moment& moment,
                                             const Pool& pool) {
  if (total(pool) <= pool.limit) return {};
  const View view = look(state, moment);
  std::vector<EvictAction> actions;
  for (const TrialId id : too_many(pool, worth(view))) {
    const Decision decision{
        .by = "planner",
        .reason = fmt::format("trials that wait keep {} of {}, {} are allowed, and this one costs "
                              "least to lose",
                              human_bytes(total(pool)), pool.name, human_bytes(pool.limit))};
    actions.push_back({id, stamped(decision, state, moment)});
  }
  return actions;
}

void AutoPolicy::add_unstarted(const View& view, std::vector<Action>& actions) const {
  for (TrialId id : view.state.open_trials()) {
    const TrialRecord& trial = *view.state.find(id);
    if (trial.state != TrialState::kWaiting) continue;
    actions.emplace_back(ResumeAction{
        id, next_stop(view.plan, trial), {.by = "planner", .reason = "it was suggested before"}});
  }
}

void AutoPolicy::add_interrupted(const View& view, std::vector<Action>& actions) const {
  std::vector<Continuation> interrupted;
  for (TrialId id : view.state.open_trials()) {
    const TrialRecord& trial = *view.state.find(id);
    const bool waits_at_a_rung = trial.until_step > 0 && trial.last_step() >= trial.until_step;
    if (!was_interrupted(trial) || waits_at_a_rung) continue;
    const Continuation candidate = continuation_of(view.state, history_.standings(), costs_,
                                                   view.plan, view.moment.time_left, trial);
    if (candidate.reach != Continuation::Reach::kNothing) interrupted.push_back(candidate);
  }
  std::sort(interrupted.begin(), interrupted.end());
  for (const Continuation& candidate : interrupted) {
    const TrialRecord& trial = *view.state.find(candidate.trial);
    actions.emplace_back(
        ResumeAction{trial.id,
                     next_stop(view.plan, trial),
                     {.by = "planner", .reason = "it was interrupted and goes on"}});
  }
}

/// It has the best score, or stands among the best 1 / eta (rounded up) of those who came so far.
bool AutoPolicy::may_win(const View& view, const Continuation& waiting) const {
  if (waiting.is_winner) return true;
  if (waiting.level == 0) return false;
  const std::size_t level = waiting.level - 1;
  const auto competitors = static_cast<double>(history_.standings().ranked(level).size());
  const auto places = static_cast<std::size_t>(std::ceil(competitors / view.plan.eta));
  return history_.standings().rank(waiting.trial, level) < places;
}

void AutoPolicy::add_continuations(const View& view, bool finalists_only,
                                   std::vector<Action>& actions) const {
  for (const Continuation& waiting : waiting_their_turn(view)) {
    if (finalists_only && !may_win(view, waiting)) continue;
    if (std::isinf(waiting.loss) && waiting.level > 0) continue;
    const bool whole = waiting.reach == Continuation::Reach::kTarget;
    actions.emplace_back(
        ResumeAction{waiting.trial,
                     whole ? view.plan.full : 0,
                     {.by = "planner", .reason = in_words(waiting, view.state, view.plan)}});
  }
}

/// In the endgame: whether a new trial can still come to where it tells something.
bool AutoPolicy::room_for_new(const View& view) const {
  const double left = view.moment.time_left;
  const Plan& plan = view.plan;
  if (!costs_.knows_steps()) return !costs_.knows_wholes() || costs_.quick_whole() <= left;
  const double informative = std::max(1.0, std::floor(plan.target / plan.eta));
  return costs_.to_start_and_reach(informative) <= left;
}

/// All that is known of an open space was tried, but a trial may suggest what is not known yet.
std::optional<Proposal> AutoPolicy::again(const Space& space, Rng& rng) {
  std::vector<double> unit(space.parameters().size());
  for (double& coordinate : unit) coordinate = rng.uniform();
  return Proposal{space.from_unit(unit), "random", "all that is known of the space was tried"};
}

/// What ran out of memory comes again before anything else is new, with a smaller batch.
std::optional<Proposal> AutoPolicy::retry(const StudyState& state) {
  auto due = due_retry(state);
  if (!due) return std::nullopt;
  const auto next = static_cast<TrialId>(state.trials().size() + 1);
  std::string reason = in_words(*due, next, state);
  return Proposal{std::move(due->configuration), std::string(kRetriedBy), std::move(reason)};
}

std::optional<SuggestAction> AutoPolicy::new_trial(const View& view) {
  if (!within_run_cap(view.state)) return std::nullopt;
  const std::uint64_t stream = view.state.trials().size() + 1;
  Rng rng(seed_, stream);
  auto proposal = retry(view.state);
  if (!proposal) proposal = sampler_->propose(view.state.space(), history_, rng);
  if (!proposal && !view.state.declares_space()) proposal = again(view.state.space(), rng);
  if (!proposal) return std::nullopt;
  const Plan& plan = view.plan;
  // Before anything is measured nobody knows where to look; and the first goes through.
  const bool open = plan.rungs.empty() || plan.step <= 0 || !view.moment.can_hold || plan.endgame;
  return SuggestAction{
      std::move(proposal->configuration),
      open ? 0 : plan.rungs.front(),
      {.by = std::move(proposal->by), .reason = std::move(proposal->reason), .counter = stream},
      std::move(proposal->model)};
}

std::string AutoPolicy::why_finished(const View& view) const {
  const auto& counts = view.state.counts();
  if (view.plan.endgame) {
    return fmt::format("the {} that are left are too little for anything that matters",
                       human_duration(std::max(0.0, view.moment.time_left)));
  }
  if (!within_run_cap(view.state)) {
    return fmt::format("all {} trials of run_cap have been run", *view.state.spec().run_cap);
  }
  const auto tried = view.state.trials().size() - static_cast<std::size_t>(counts.cancelled);
  if (!view.state.memory_bounds().empty()) {
    return fmt::format("of what the space has left, all would run out of memory as trial {} did",
                       view.state.memory_failures().back());
  }
  return fmt::format("all {} configurations of the space have been tried", tried);
}

std::optional<SuggestAction> AutoPolicy::suggest(const StudyState& state, const Moment& moment) {
  const View view = look(state, moment);
  std::optional<SuggestAction> fresh = new_trial(view);
  if (fresh) fresh->decision = stamped(std::move(fresh->decision), state, moment);
  return fresh;
}

Judgement AutoPolicy::judge(const StudyState& state, TrialId id, const Moment& moment) {
  const View view = look(state, moment);
  const TrialRecord& trial = *state.find(id);
  const double last = trial.last_step();
  Judgement judgement;
  if (const auto reached = target_reached(state)) {
    judgement = {Course::kStop, {.by = "planner", .reason = *reached}};
  } else if (view.plan.full > 0 && state.spec().is_cut() && last > view.plan.full &&
             breaks_new_ground(trial)) {
    judgement = {Course::kComplete,
                 {.by = "planner",
                  .reason = fmt::format("it reached its full length, step {:g}", view.plan.full)}};
  } else if (view.plan.full > 0 && last >= view.plan.full) {
    // All is done: it ends by itself.
  } else if (view.plan.endgame) {
    judgement = judge_at_the_end(view, trial);
  } else if (!view.plan.target_is_full && last >= view.plan.target && breaks_new_ground(trial)) {
    if (!others_want_the_slot(view, trial)) return judgement;
    judgement = {
        Course::kPause,
        {.by = "planner",
         .reason = fmt::format("step {:g} is as far as a trial goes before others have had "
                               "their turn",
                               view.plan.target)}};
  } else if (last >= trial.until_step) {
    judgement = scheduler(view)->judge(state, history_.standings(), trial);
  }
  if (judgement.course != Course::kContinue) {
    judgement.decision = stamped(std::move(judgement.decision), state, moment);
  }
  return judgement;
}

/// Whether a new trial may come, or one waits that has better prospects.
bool AutoPolicy::others_want_the_slot(const View& view, const TrialRecord& trial) const {
  if (within_run_cap(view.state)) return true;
  const std::vector<Continuation> waiting = waiting_their_turn(view);
  if (waiting.empty()) return false;
  return waiting.front() < continuation_of(view.state, history_.standings(), costs_, view.plan,
                                           view.moment.time_left, trial);
}

Judgement AutoPolicy::judge_at_the_end(const View& view, const TrialRecord& trial) const {
  const bool pauses_are_dear = !view.moment.can_hold && !costs_.resumes_from_disk();
  if (pauses_are_dear) return {};
  const std::vector<Continuation> waiting = waiting_their_turn(view);
  if (waiting.empty()) return {};
  const Continuation own = continuation_of(view.state, history_.standings(), costs_, view.plan,
                                           view.moment.time_left, trial);
  const bool at_a_stop = level_just_reached(history_.standings(), trial).has_value();
  const bool gives_way = at_a_stop && waiting.front() < own;
  if (!gives_way && !makes_room(view, own, waiting.front())) return {};
  return {Course::kPause,
          {.by = "planner",
           .reason = fmt::format("gives way to trial {}: {}", waiting.front().trial,
                                 in_words(waiting.front(), view.state, view.plan))}};
}

/// Whether the winner would be too late if it waited any longer, and this is the trial to spare.
bool AutoPolicy::makes_room(const View& view, const Continuation& own,
                            const Continuation& waiting) const {
  if (!waiting.is_winner || view.moment.free_slots > 0) return false;
  const TrialRecord& winner = *view.state.find(waiting.trial);
  const double needs = costs_.to_reach(winner, view.plan.target);
  if (view.moment.time_left > kRoomMargin * needs + kRoomSteps * costs_.step()) return false;
  for (TrialId id : view.state.open_trials()) {
    const TrialRecord& other = *view.state.find(id);
    if (other.state != TrialState::kRunning || id == own.trial) continue;
    const Continuation theirs = continuation_of(view.state, history_.standings(), costs_, view.plan,
                                                view.moment.time_left, other);
    if (own < theirs) return false;
  }
  return true;
}

std::string AutoPolicy::plan(const StudyState& state, const Moment& moment) {
  View view = look(state, moment);
  for (PlanNote& note : view.plan.notes) {
    note.text = first_told_.try_emplace(note.key, note.text).first->second;
  }
  return plan_json(view.plan, state, moment);
}

std::unique_ptr<Policy> make_policy(const StudySpec& spec, std::uint64_t seed) {
  return std::make_unique<AutoPolicy>(make_sampler(spec.method, seed), seed);
}

}  // namespace hpopt
