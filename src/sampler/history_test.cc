#include "sampler/history.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "sampler/testing.h"

namespace hpopt {
namespace {

using testing::StudyUnderTest;

StudySpec accuracy_spec(Over over = Over::kBest) {
  StudySpec spec;
  Objective objective;
  objective.name = "accuracy";
  objective.over = over;
  spec.objectives = {objective};
  spec.space.add(Parameter{.name = "x", .domain = FloatDomain{0, 10}}).value();
  spec.space.add(Parameter{.name = "kind", .domain = CategoricalDomain{{"a", "b"}, {}}}).value();
  spec.space.add(Parameter{.name = "u", .domain = FloatDomain{0, 1}, .when = {{"kind", {"b"}}}})
      .value();
  return spec;
}

Configuration at(double x) { return {{"x", x}, {"kind", "a"}}; }

std::vector<TrialId> ids(std::span<const Standing> ranked) {
  std::vector<TrialId> ids;
  for (const Standing& standing : ranked) ids.push_back(standing.trial);
  return ids;
}

TEST(History, ComparesAtEqualSteps) {
  StudyUnderTest study(accuracy_spec());
  const std::vector<std::vector<double>> curves = {
      {0.2, 0.3, 0.4, 0.9}, {0.5, 0.4}, {0.6, 0.1, 0.7}, {0.1}};
  for (const auto& curve : curves) {
    const TrialId id = study.suggest(at(static_cast<double>(study.state.trials().size())));
    study.start(id);
    for (std::size_t i = 0; i < curve.size(); ++i) {
      study.report(id, static_cast<double>(i + 1), curve[i]);
    }
    study.pause(id);
  }
  History history;
  history.set_levels({1, 3}, 4);
  history.sync(study.state);
  const Standings& standings = history.standings();
  EXPECT_EQ(ids(standings.ranked(0)), (std::vector<TrialId>{3, 2, 1, 4}));
  EXPECT_EQ(ids(standings.ranked(1)), (std::vector<TrialId>{3, 1}));
  EXPECT_EQ(ids(standings.ranked(standings.whole())), (std::vector<TrialId>{1}));
  EXPECT_EQ(standings.loss(1, 1), -0.4);
  EXPECT_EQ(standings.loss(2, 1), std::nullopt);
  EXPECT_EQ(standings.rank(1, 1), 1U);
  EXPECT_EQ(standings.reached(2), 0U);
}

TEST(History, CountsTheBestReportOrTheLastAsTheObjectiveSays) {
  for (const Over over : {Over::kBest, Over::kLast}) {
    StudyUnderTest study(accuracy_spec(over));
    const TrialId id = study.suggest(at(1));
    study.start(id);
    study.report(id, 1, 0.8);
    study.report(id, 2, 0.6);
    History history;
    history.set_levels({2}, 4);
    history.sync(study.state);
    EXPECT_EQ(history.standings().loss(id, 0), over == Over::kBest ? -0.8 : -0.6);
  }
}

TEST(History, WhoEndsByItselfStandsInEveryLevel) {
  StudyUnderTest study(accuracy_spec());
  study.whole_trial(at(1), 0.5);
  History history;
  history.set_levels({3, 9}, 27);
  history.sync(study.state);
  EXPECT_EQ(history.standings().reached(1), history.standings().whole());
  EXPECT_EQ(history.standings().loss(1, 1), -0.5);
}

TEST(History, FailuresStandLastThoseOutOfMemoryAndCancelledNowhere) {
  StudyUnderTest study(accuracy_spec());
  study.whole_trial(at(1), 0.1);
  for (const Cause cause : {Cause::kDiverged, Cause::kFailed, Cause::kCancelled}) {
    const TrialId id = study.suggest(at(2 + static_cast<double>(cause)));
    study.start(id);
    study.report(id, 1, 0.9);
    study.end(id, cause);
  }
  const TrialId exhausted = study.suggest(at(8));
  study.start(exhausted);
  study.report(exhausted, 1, 0.9);
  study.end(exhausted, Cause::kOutOfMemory);
  const TrialId waiting = study.suggest(at(9));
  History history;
  history.set_levels({1}, 4);
  history.sync(study.state);
  EXPECT_EQ(ids(history.standings().ranked(0)), (std::vector<TrialId>{1, 2, 3}));
  EXPECT_TRUE(std::isinf(*history.standings().loss(2, 0)));
  EXPECT_FALSE(history.has_row(4));
  EXPECT_FALSE(history.standings().reached(exhausted));
  EXPECT_EQ(history.pending(), (std::vector<TrialId>{waiting}));
}

TEST(History, InactiveParametersHaveNoCoordinate) {
  StudyUnderTest study(accuracy_spec());
  study.suggest(at(2.5));
  study.suggest({{"x", 5.0}, {"kind", "b"}, {"u", 0.25}});
  History history;
  history.sync(study.state);
  EXPECT_EQ(history.row(1)[0], 0.25);
  EXPECT_TRUE(std::isnan(history.row(1)[2]));
  EXPECT_EQ(history.row(2)[2], 0.25);
}

void expect_same(const History& a, const History& b) {
  ASSERT_EQ(a.observations(), b.observations());
  for (std::size_t level = 0; level < a.standings().levels(); ++level) {
    ASSERT_EQ(ids(a.standings().ranked(level)), ids(b.standings().ranked(level)));
    ASSERT_EQ(ids(a.known().ranked(level)), ids(b.known().ranked(level)));
  }
  for (TrialId i = 1; i <= a.observations(); ++i) ASSERT_EQ(a.has_row(i), b.has_row(i));
  ASSERT_EQ(a.pending(), b.pending());
}

Inherited from_before(TrialId trial, double x, double value) {
  return {.trial = trial,
          .configuration = at(x),
          .cause = Cause::kStopped,
          .curve = {{1, value / 2}, {2, value}}};
}

TEST(History, WhatIsInheritedTeachesSamplersAndJudgesNoTrial) {
  StudyUnderTest study(accuracy_spec());
  study.apply(from_before(7, 1, 0.8));
  study.apply(from_before(9, 2, 0.6));
  study.whole_trial(at(3), 0.7);
  History history;
  history.set_levels({1, 2}, 4);
  history.sync(study.state);
  EXPECT_EQ(history.observations(), 3U);
  EXPECT_EQ(history.row(2)[0], 0.2);
  EXPECT_EQ(history.row(3)[0], 0.3);
  EXPECT_EQ(ids(history.standings().ranked(1)), (std::vector<TrialId>{1}));
  EXPECT_EQ(ids(history.known().ranked(1)), (std::vector<TrialId>{1, 3, 2}));
  EXPECT_EQ(ids(history.known().ranked(2)), (std::vector<TrialId>{3}));
  EXPECT_TRUE(history.inherits(at(1)));
  EXPECT_FALSE(history.tried(at(1)));
}

TEST(History, ATrialWithAScoreReplacesWhatWasInherited) {
  StudyUnderTest study(accuracy_spec());
  study.apply(from_before(7, 1, 0.8));
  study.apply(from_before(9, 2, 0.6));
  const TrialId again = study.suggest(at(1));
  study.start(again);
  History history;
  history.set_levels({1}, 4);
  history.sync(study.state);
  EXPECT_EQ(ids(history.known().ranked(0)), (std::vector<TrialId>{1, 2}));
  EXPECT_TRUE(history.pending().empty()) << "what it will say is known, more or less";
  study.report(again, 1, 0.1);
  history.sync(study.state);
  EXPECT_EQ(ids(history.known().ranked(0)), (std::vector<TrialId>{3, 2}));
  EXPECT_FALSE(history.has_row(1));
  study.end(again, Cause::kCancelled);  // as if it had never been asked
  history.sync(study.state);
  EXPECT_EQ(ids(history.known().ranked(0)), (std::vector<TrialId>{1, 2}));
}

TEST(History, InheritedScoresMoveAsThoseTriedAgainDid) {
  StudyUnderTest study(accuracy_spec());
  for (TrialId i = 1; i <= 4; ++i) study.apply(from_before(i, i, 0.5 + 0.1 * i));
  study.whole_trial(at(4), 0.5);  // 0.9 before
  study.whole_trial(at(3), 0.4);  // 0.8 before
  study.whole_trial(at(9), 0.45);
  History history;
  history.set_levels({1}, 2);
  history.sync(study.state);
  const Standings& known = history.known();
  EXPECT_EQ(ids(known.ranked(1)), (std::vector<TrialId>{5, 7, 6, 2, 1}));
  EXPECT_NEAR(*known.loss(2, 1), -0.3, 1e-9);
  EXPECT_NEAR(*known.loss(1, 1), -0.2, 1e-9);
}

/// A random walk over what can happen to a few trials.
void do_something(StudyUnderTest& study, Rng& rng) {
  if (study.state.trials().empty() || rng.uniform() < 0.2) {
    const double x = std::round(10 * rng.uniform());  // again and again the same
    study.start(study.suggest(at(x)));
    return;
  }
  const auto id = static_cast<TrialId>(1 + rng.below(study.state.trials().size()));
  const TrialRecord& trial = *study.state.find(id);
  if (trial.state == TrialState::kPaused) {
    study.start(id);
  } else if (trial.state == TrialState::kRunning) {
    const double dice = rng.uniform();
    if (dice < 0.7) {
      // Sometimes an earlier step again, as a run that began anew says it.
      study.report(id, std::max(1.0, trial.last_step() + (dice < 0.1 ? -1 : 1)), rng.normal());
    } else if (dice < 0.9) {
      study.pause(id);
    } else {
      study.end(id, static_cast<Cause>(1 + rng.below(6)));
    }
  }
}

TEST(History, SyncedOftenOrOnceItIsTheSame) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    StudyUnderTest study(accuracy_spec(seed % 2 == 0 ? Over::kBest : Over::kLast));
    for (TrialId i = 1; seed % 3 > 0 && i <= 9; ++i) {
      study.apply(from_before(i, i, 0.1 * i));
    }
    Rng rng(seed, 0);
    History often;
    often.set_levels({1, 2, 4}, 6);
    for (int i = 0; i < 300; ++i) {
      do_something(study, rng);
      if (rng.uniform() < 0.5) often.sync(study.state);
      if (i == 150) often.set_levels({2, 5}, 8);
    }
    often.sync(study.state);
    History once;
    once.set_levels({2, 5}, 8);
    once.sync(study.state);
    expect_same(often, once);
  }
}

}  // namespace
}  // namespace hpopt
