#include "study/state.h"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "study/testing.h"

namespace hpopt {
namespace {

using testing::created;
using testing::ended;
using testing::paused;
using testing::reported;
using testing::small_spec;
using testing::started;
using testing::suggested;
using testing::text_of;

/// A state with a hand to feed it: facts get the next revision, and must fit.
class StateTest : public ::testing::Test {
 protected:
  StateTest() { feed(created()); }

  Status offer(Payload payload, SessionId session) {
    Fact fact = testing::fact(std::move(payload), session);
    fact.stamp.revision = state_.revision() + 1;
    fact.stamp.utc_ms = static_cast<std::int64_t>(1000 * fact.stamp.revision);
    return state_.apply(fact);
  }
  void feed(Payload payload, SessionId session = 0) {
    const Status fits = offer(std::move(payload), session);
    ASSERT_TRUE(fits.ok()) << fits.error().message();
  }
  /// The fact is refused, and the state is as it was.
  void refuse(Payload payload, SessionId session = 0) {
    const std::string before = text_of(state_);
    const std::string kind(kind_name(payload));
    const Status fits = offer(std::move(payload), session);
    ASSERT_FALSE(fits.ok()) << kind;
    EXPECT_EQ(fits.error().code, Code::kStorage);
    EXPECT_NE(fits.error().what.find(kind), std::string::npos) << fits.error().what;
    EXPECT_EQ(text_of(state_), before) << fits.error().message();
  }
  /// A new trial that runs under the token of its number.
  TrialId running(double lr) {
    const auto trial = static_cast<TrialId>(state_.trials().size() + 1);
    feed(suggested(trial, lr));
    feed(started(trial, 0, state_.last_token() + 1));
    return trial;
  }
  Token token(TrialId trial) const { return state_.find(trial)->token; }
  void report(TrialId trial, std::uint32_t sequence, double step, double value) {
    feed(reported(trial, token(trial), sequence, step, value));
  }
  std::optional<double> score(TrialId trial) const { return state_.score(*state_.find(trial)); }

  StudyState state_;
};

TEST_F(StateTest, StartsFromTheSpecification) {
  EXPECT_TRUE(state_.created());
  EXPECT_EQ(state_.spec(), small_spec());
  EXPECT_EQ(state_.origin().seed, 7U);
  EXPECT_EQ(state_.created_utc_ms(), 1000);
  EXPECT_EQ(state_.budget_seconds(), 60);
  EXPECT_EQ(state_.metric_names(), std::vector<std::string>{"accuracy"});
  EXPECT_EQ(state_.best(), 0U);
  EXPECT_EQ(state_.find(0), nullptr);
  EXPECT_EQ(state_.find(1), nullptr);
}

TEST_F(StateTest, FollowsATrialThroughItsLife) {
  feed(SessionOpened{"host", 1, "0.1.0", "sweeps"}, 1);
  feed(suggested(1, 0.1));
  EXPECT_EQ(state_.find(1)->state, TrialState::kWaiting);
  EXPECT_EQ(state_.open_trials(), std::vector<TrialId>{1});

  Started start = started(1, 0, 1);
  start.worker = 3;
  start.until_step = 2;
  start.record = "{\"seed\":1}";
  feed(start, 1);
  const TrialRecord& trial = *state_.find(1);
  EXPECT_EQ(trial.state, TrialState::kRunning);
  EXPECT_EQ(trial.worker, 3);
  EXPECT_EQ(trial.session, 1U);
  EXPECT_EQ(trial.until_step, 2);
  EXPECT_EQ(trial.started_utc_ms, 4000);

  feed(reported(1, 1, 1, 1, 0.5), 1);
  feed(reported(1, 1, 2, 2, 0.7), 1);
  feed(paused(1, 1), 1);
  EXPECT_EQ(trial.state, TrialState::kPaused);
  EXPECT_EQ(trial.last_step(), 2);
  EXPECT_EQ(trial.elapsed, 2) << "a pause that knows less must not take time away";
  EXPECT_EQ(trial.ended_utc_ms, 7000);

  feed(started(1, 2, 5), 1);
  EXPECT_EQ(trial.runs, 2);
  EXPECT_EQ(trial.record, "{\"seed\":1}");
  feed(reported(1, 5, 1, 3, 0.9), 1);
  Ended end = ended(1, 5);
  end.elapsed = 9;
  feed(end, 1);
  EXPECT_EQ(trial.state, TrialState::kComplete);
  EXPECT_EQ(trial.version, 4U);
  EXPECT_EQ(trial.elapsed, 9);
  EXPECT_EQ(trial.decisions.size(), 4U);
  EXPECT_EQ(trial.reports.size(), 3U);
  EXPECT_EQ(score(1), 0.9);
  EXPECT_EQ(state_.last_token(), 5U);
  EXPECT_TRUE(state_.open_trials().empty());
  EXPECT_EQ(state_.counts(), (TrialCounts{.complete = 1}));
  EXPECT_EQ(state_.changes(), std::vector<TrialId>(8, 1));
}

TEST_F(StateTest, KeepsFrozenTrialsApart) {
  const TrialId trial = running(0.1);
  feed(paused(trial, 1, true));
  EXPECT_TRUE(state_.find(trial)->held);
  Started thaw = started(trial, 2, 2);
  thaw.thawed = true;
  feed(thaw);
  EXPECT_FALSE(state_.find(trial)->held);
  EXPECT_EQ(state_.find(trial)->runs, 1) << "a thaw starts no process";

  feed(paused(trial, 2, true));
  refuse(paused(trial, 2, true));
  feed(paused(trial, 2, false));  // its memory was needed
  EXPECT_EQ(state_.find(trial)->state, TrialState::kPaused);
  EXPECT_FALSE(state_.find(trial)->held);
  refuse(paused(trial, 2, false));
  Started again = started(trial, 5, 3);
  again.thawed = true;
  refuse(again);
  again.thawed = false;
  feed(again);
  EXPECT_EQ(state_.find(trial)->runs, 2);
}

TEST_F(StateTest, ScoresByTheBestReport) {
  const TrialId trial = running(0.1);
  EXPECT_EQ(score(trial), std::nullopt);
  report(trial, 1, 1, NAN);
  EXPECT_EQ(score(trial), std::nullopt);
  EXPECT_EQ(state_.best(), 0U);
  EXPECT_EQ(state_.best_score(), std::nullopt);
  report(trial, 2, 2, 0.5);
  report(trial, 3, 3, 0.4);
  report(trial, 4, 4, INFINITY);
  EXPECT_EQ(score(trial), 0.5);
  EXPECT_EQ(state_.best(), trial);
}

TEST_F(StateTest, TheLastValueOfAStepCounts) {
  const TrialId trial = running(0.1);
  report(trial, 1, 1, 0.9);
  report(trial, 2, 3, 0.2);
  report(trial, 3, 2, 0.3);
  report(trial, 4, 1, 0.1);
  const std::vector<Report>& reports = state_.find(trial)->reports;
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].value, 0.1);
  EXPECT_EQ(reports[1].value, 0.3);
  EXPECT_EQ(reports[2].value, 0.2);
  EXPECT_EQ(score(trial), 0.3);
}

TEST_F(StateTest, TheBestIsTheEarliestOfTheBestAndMayFall) {
  const TrialId first = running(0.1);
  const TrialId second = running(0.2);
  report(second, 1, 1, 0.5);
  EXPECT_EQ(state_.best(), second);
  report(first, 1, 1, 0.5);
  EXPECT_EQ(state_.best(), first);
  report(first, 2, 1, 0.1);
  EXPECT_EQ(state_.best(), second);
  EXPECT_EQ(state_.best_score(), 0.5);
  report(second, 2, 1, NAN);
  EXPECT_EQ(state_.best(), first);
  EXPECT_EQ(state_.best_score(), 0.1);
}

TEST_F(StateTest, AFailureIsTheBestOnlyAmongItsLike) {
  const TrialId good = running(0.1);
  const TrialId crashed = running(0.2);
  report(crashed, 1, 1, 0.9);
  report(good, 1, 1, 0.5);
  EXPECT_EQ(state_.best(), crashed);
  feed(Ended{.trial = crashed, .token = token(crashed), .cause = Cause::kFailed});
  EXPECT_EQ(state_.best(), good);
  feed(Ended{.trial = good, .token = token(good), .cause = Cause::kOutOfMemory});
  EXPECT_EQ(state_.best(), crashed);
}

TEST_F(StateTest, AStudyWithoutABudgetGetsOneByExtension) {
  StudySpec spec = small_spec();
  spec.time_seconds.reset();
  state_ = StudyState();
  feed(created(spec));
  EXPECT_EQ(state_.budget_seconds(), std::nullopt);
  feed(Extended{30, "a"});
  EXPECT_EQ(state_.budget_seconds(), 30);
}

TEST_F(StateTest, MinimizesAndTakesTheLastReportWhenAsked) {
  StudySpec spec = small_spec();
  spec.objectives = {{.name = "loss", .maximize = false, .over = Over::kLast}};
  state_ = StudyState();
  feed(created(spec));
  const TrialId first = running(0.1);
  const TrialId second = running(0.2);
  report(first, 1, 1, 0.2);
  report(second, 1, 1, 0.3);
  EXPECT_EQ(state_.best(), first);
  report(first, 2, 2, 0.4);
  EXPECT_EQ(score(first), 0.4);
  EXPECT_EQ(state_.best(), second);
  report(second, 2, 2, NAN);
  EXPECT_EQ(score(second), 0.3);
  EXPECT_TRUE(state_.better(0.1, 0.2));
}

TEST_F(StateTest, ACancelledTrialIsAsIfNeverAsked) {
  const TrialId first = running(0.1);
  const TrialId second = running(0.2);
  report(first, 1, 1, 0.9);
  report(second, 1, 1, 0.1);
  EXPECT_TRUE(state_.tried(testing::configuration(0.1)));
  feed(ended(first, token(first), Cause::kCancelled));
  EXPECT_FALSE(state_.tried(testing::configuration(0.1)));
  EXPECT_TRUE(state_.tried(testing::configuration(0.2)));
  EXPECT_EQ(state_.best(), second);

  feed(suggested(3, 0.3));  // dropped before it was started
  feed(ended(3, 0, Cause::kCancelled));
  EXPECT_EQ(state_.counts(), (TrialCounts{.running = 1, .cancelled = 2}));
}

TEST_F(StateTest, KeepsOtherMetricsAsReadings) {
  const TrialId trial = running(0.1);
  feed(MetricNamed{1, "loss"});
  Reported loss = reported(trial, 1, 1, 1, 2.5);
  loss.metric = 1;
  feed(loss);
  EXPECT_TRUE(state_.find(trial)->reports.empty());
  ASSERT_EQ(state_.find(trial)->readings.size(), 1U);
  EXPECT_EQ(state_.find(trial)->readings[0].value, 2.5);
  EXPECT_EQ(state_.metric_id("loss"), 1U);
  EXPECT_EQ(state_.metric_id("accuracy"), 0U);
  EXPECT_EQ(state_.metric_id("los"), std::nullopt);
}

TEST_F(StateTest, GrowsByDefineByRun) {
  const TrialId trial = running(0.1);
  const Parameter depth{.name = "depth", .domain = IntDomain{1, 4}};
  feed(Grown{to_json(depth).dump()});
  ASSERT_NE(state_.space().find("depth"), nullptr);
  EXPECT_EQ(*state_.space().find("depth"), depth);
  const Configuration used = {{"depth", 2}};
  feed(Assigned{trial, 1, used});
  EXPECT_EQ(state_.find(trial)->configuration, used);
  EXPECT_TRUE(state_.tried(used));
  EXPECT_FALSE(state_.tried(testing::configuration(0.1)));
}

TEST_F(StateTest, AnExtensionReopensAnEndedStudy) {
  feed(StudyEnded{0, {.by = "planner", .reason = "time is up"}});
  ASSERT_TRUE(state_.ended());
  EXPECT_EQ(state_.ending()->reason, "time is up");
  refuse(StudyEnded{0, {}});
  feed(Extended{30, "a"});
  feed(Extended{12, "b"});
  EXPECT_FALSE(state_.ended());
  EXPECT_EQ(state_.budget_seconds(), 102);
  EXPECT_EQ(state_.extended_seconds(), 42);
}

TEST_F(StateTest, AWishHoldsUntilTheNextSession) {
  EXPECT_EQ(state_.wish(), std::nullopt);
  feed(Requested{Wish::kPause, "a"});
  EXPECT_EQ(state_.wish(), Wish::kPause);
  feed(Requested{Wish::kStop, "b"});
  EXPECT_EQ(state_.wish(), Wish::kStop);
  feed(SessionOpened{"host", 1, "0.1.0", {}}, 1);
  EXPECT_EQ(state_.wish(), std::nullopt);
  EXPECT_EQ(state_.sessions(), 1U);
  feed(SessionClosed{"done"}, 1);
}

TEST_F(StateTest, KeepsPlanNotesAndLength) {
  feed(Planned{0, "{\"trials\":5}"});
  feed(Noted{0, "a word", "k"});
  feed(LengthLearnt{50, "trial 1 printed 'Epoch 3/50'"});
  EXPECT_EQ(state_.plan(), "{\"trials\":5}");
  ASSERT_EQ(state_.notes().size(), 1U);
  EXPECT_EQ(state_.notes()[0].text, "a word");
  EXPECT_EQ(state_.learnt_length(), 50);
}

TEST_F(StateTest, RefusesFactsThatDoNotFit) {
  const TrialId running_trial = running(0.1);
  feed(suggested(2, 0.2));
  feed(ended(2, 0, Cause::kFailed));
  feed(suggested(3, 0.3));
  report(running_trial, 1, 1, 0.5);

  refuse(created());
  refuse(SessionOpened{}, 2);
  refuse(SessionClosed{}, 1);
  refuse(suggested(5, 0.5));
  refuse(suggested(3, 0.5));
  refuse(started(9, 0, 9));
  refuse(started(1, 1, 9));  // runs already
  refuse(started(2, 1, 9));  // has ended
  refuse(started(3, 1, 9));  // another version
  refuse(started(3, 0, 1));  // an old token
  refuse(reported(1, 2, 2, 2, 0.5));
  refuse(reported(1, 1, 1, 2, 0.5));
  refuse(reported(1, 1, 2, NAN, 0.5));
  refuse(reported(3, 0, 1, 1, 0.5));
  refuse(paused(3, 0));
  refuse(paused(1, 7));
  refuse(ended(1, 7));
  refuse(ended(2, 0));
  refuse(ended(1, 1, static_cast<Cause>(9)));
  refuse(MetricNamed{2, "loss"});
  refuse(MetricNamed{1, "accuracy"});
  refuse(Grown{"{"});
  refuse(Grown{to_json(Parameter{.name = "lr", .domain = FloatDomain{}}).dump()});
  refuse(Assigned{1, 2, {}});
  refuse(Extended{-1, "k"});
  refuse(Extended{NAN, "k"});
  refuse(Requested{static_cast<Wish>(3), "k"});
  refuse(Noted{9, "text", "k"});
  refuse(LengthLearnt{0, {}});
}

TEST_F(StateTest, RefusesAGapAndABeginningInTheMiddle) {
  Fact fact = testing::fact(Noted{0, "text", "k"});
  fact.stamp.revision = 3;
  EXPECT_FALSE(state_.apply(fact).ok());
  EXPECT_EQ(state_.revision(), 1U);
  StudyState empty;
  fact.stamp.revision = 1;
  EXPECT_FALSE(empty.apply(fact).ok());
  EXPECT_FALSE(empty.created());
  fact.payload =
      Created{.name = "x", .spec = "{}", .fingerprint = {}, .directory = {}, .parent = {}};
  EXPECT_FALSE(empty.apply(fact).ok());
  EXPECT_EQ(text_of(empty), "nothing");
}

std::vector<Fact> random_journal(std::uint64_t seed, std::size_t offers) {
  testing::RandomFacts random(seed);
  StudyState state;
  std::vector<Fact> journal = {testing::fact(created())};
  journal[0].stamp.revision = 1;
  EXPECT_TRUE(state.apply(journal[0]).ok());
  for (std::size_t i = 0; i < offers; ++i) {
    Fact fact = random.next(state);
    fact.stamp.revision = state.revision() + 1;
    if (state.apply(fact)) journal.push_back(fact);
  }
  return journal;
}

RC_GTEST_PROP(StateProperty, ARefusedFactChangesNothing, (std::uint64_t seed)) {
  testing::RandomFacts random(seed);
  StudyState state;
  Fact first = testing::fact(created());
  first.stamp.revision = 1;
  RC_ASSERT(state.apply(first).ok());
  for (int i = 0; i < 60; ++i) {
    Fact fact = random.next(state);
    fact.stamp.revision = state.revision() + 1;
    const std::string before = text_of(state);
    if (!state.apply(fact)) RC_ASSERT(text_of(state) == before);
  }
}

RC_GTEST_PROP(StateProperty, FoldingInPiecesIsFoldingAtOnce, (std::uint64_t seed)) {
  const std::vector<Fact> journal = random_journal(seed, 120);
  StudyState whole;
  for (const Fact& fact : journal) RC_ASSERT(whole.apply(fact).ok());
  const auto cut = *rc::gen::inRange<std::size_t>(0, journal.size() + 1);
  StudyState first;
  for (std::size_t i = 0; i < cut; ++i) RC_ASSERT(first.apply(journal[i]).ok());
  StudyState second = first;
  for (std::size_t i = cut; i < journal.size(); ++i) RC_ASSERT(second.apply(Fact(journal[i])).ok());
  RC_ASSERT(text_of(second) == text_of(whole));
}

RC_GTEST_PROP(StateProperty, CountsAndOpenTrialsAndBestAgreeWithTheTrials, (std::uint64_t seed)) {
  StudyState state;
  for (const Fact& fact : random_journal(seed, 200)) RC_ASSERT(state.apply(fact).ok());
  std::vector<TrialId> open;
  TrialId best = 0;
  int paused_trials = 0;
  for (const TrialRecord& trial : state.trials()) {
    if (!is_finished(trial.state)) open.push_back(trial.id);
    if (trial.state == TrialState::kPaused) ++paused_trials;
    const auto score = state.score(trial);
    if (!score || trial.state == TrialState::kCancelled) continue;
    const TrialRecord* holder = state.find(best);
    const bool failed = is_failure(trial.state);
    const bool alike = holder != nullptr && failed == is_failure(holder->state);
    const bool wins = alike ? state.better(*score, *state.score(*holder)) : !failed;
    if (holder == nullptr || wins) best = trial.id;
  }
  RC_ASSERT(state.open_trials() == open);
  RC_ASSERT(state.counts().paused == paused_trials);
  RC_ASSERT(state.best() == best);
}

}  // namespace
}  // namespace hpopt
