#include "engine/inheritance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/adopt.h"
#include "engine/opening.h"
#include "sampler/testing.h"
#include "storage/memory_store.h"
#include "study/lease_keeper.h"

namespace hpopt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::StudyUnderTest;

Configuration at(double width) { return {{"width", width}}; }

StudySpec width_spec(double low, double high) {
  StudySpec spec;
  spec.name = "s";
  spec.command = {"train", "--width=${width}"};
  spec.objectives = {{.name = "acc"}};
  spec.time_seconds = 60;
  EXPECT_TRUE(spec.space.add({.name = "width", .domain = FloatDomain{low, high}}).ok());
  return spec;
}

std::vector<TrialId> numbers(const Inheritance& inheritance) {
  std::vector<TrialId> numbers;
  for (const KnownTrial& known : inheritance.trials) numbers.push_back(known.trial);
  return numbers;
}

TEST(Inheritance, IsWhatFitsAndSaysWhatDoesNot) {
  StudyUnderTest old(width_spec(0, 1000));
  for (const double width : {100.0, 600.0, 500.0, 700.0}) old.whole_trial(at(width), width / 1000);
  const TrialId crashed = old.suggest(at(50));
  old.start(crashed);
  old.report(crashed, 1, 0.9);
  old.end(crashed, Cause::kFailed);
  const auto found = inheritance_of(old.state, width_spec(16, 512));
  EXPECT_EQ(found.told, 4U);
  EXPECT_THAT(numbers(found), ElementsAre(1, 3));
  EXPECT_EQ(
      found.line(),
      "knows 2 of 4 old trials (2 do not fit: width 600.0 is outside float(16, 512)); the best "
      "2 are tried again first");
  EXPECT_EQ(found.best(1, true)[0]->trial, 3U);
  EXPECT_EQ(found.best(1, false)[0]->trial, 1U);
}

TEST(Inheritance, HoldsWhatIsKnownAtEachStep) {
  StudyUnderTest old(width_spec(0, 1));
  old.learn_length(4);
  const TrialId stopped = old.suggest(at(0.1));
  old.start(stopped);
  old.report(stopped, 1, 0.3);
  old.report(stopped, 2, 0.2);
  old.end(stopped, Cause::kStopped);
  old.whole_trial(at(0.2), 0.5);
  const TrialId diverged = old.suggest(at(0.3));
  old.start(diverged);
  old.end(diverged, Cause::kDiverged);
  const auto found = inheritance_of(old.state, width_spec(0, 1));
  ASSERT_THAT(numbers(found), ElementsAre(1, 2, 3));
  EXPECT_EQ(found.trials[0].cause, Cause::kStopped);
  EXPECT_THAT(found.trials[0].curve, ElementsAre(std::pair(1.0, 0.3), std::pair(2.0, 0.2)));
  EXPECT_EQ(found.trials[0].score, 0.3);
  EXPECT_EQ(found.trials[1].cause, Cause::kComplete);
  EXPECT_EQ(found.trials[2].cause, Cause::kDiverged);
  EXPECT_EQ(found.best(5, true).size(), 2U);

  // Half of what is a full training now.
  StudySpec was = width_spec(0, 1);
  was.command.insert(was.command.end(), {"--epochs", "4"});
  StudySpec is = was;
  is.command.back() = "8";
  StudyUnderTest shorter(was);
  shorter.whole_trial(at(0.2), 0.5);
  EXPECT_EQ(inheritance_of(shorter.state, is).trials[0].cause, Cause::kStopped);
}

TEST(Inheritance, AnotherMetricIsKnownIfItWasPrinted) {
  StudyUnderTest old(width_spec(0, 1));
  old.apply(MetricNamed{1, "loss"});
  for (TrialId id = 1; id <= 3; ++id) {
    old.start(old.suggest(at(0.1 * id)));
    old.report(id, 1, 0.1 * id);
    const Token token = old.state.find(id)->token;
    old.apply(Reported{
        .trial = id, .token = token, .sequence = 1000, .metric = 1, .step = 1, .value = 0.5 + id});
    old.end(id);
  }
  StudySpec other = width_spec(0, 1);
  other.objectives = {{.name = "loss", .maximize = false}};
  const auto by_loss = inheritance_of(old.state, other);
  EXPECT_EQ(by_loss.best(1, false)[0]->score, 1.5);
  other.objectives = {{.name = "f1"}};
  EXPECT_EQ(inheritance_of(old.state, other).told, 0U);
  other.objectives = {{.name = "acc", .regex = "other (.*)"}};
  EXPECT_EQ(inheritance_of(old.state, other).incomparable, "'acc' is read in another way");
  // The goal turned round: the same numbers.
  other.objectives = {{.name = "acc", .maximize = false}};
  EXPECT_EQ(inheritance_of(old.state, other).best(1, false)[0]->trial, 1U);
}

TEST(Inheritance, GoesOnFromOneStudyToTheNext) {
  StudyUnderTest middle(width_spec(0, 1));
  middle.apply(Inherited{7, at(0.1), Cause::kStopped, {{1, 0.9}}, 0});
  middle.apply(Inherited{8, at(0.2), Cause::kStopped, {{1, 0.8}}, 0});
  middle.whole_trial(at(0.1), 0.4);  // tried again: the newer word counts
  const auto found = inheritance_of(middle.state, width_spec(0, 1));
  EXPECT_EQ(found.told, 2U);
  ASSERT_EQ(found.trials.size(), 2U);
  EXPECT_EQ(found.trials[0].score, 0.4);
  EXPECT_EQ(found.trials[1].score, 0.8);
  EXPECT_THAT(found.line(), HasSubstr("knows 2 of 2 old trials;"));
}

TEST(Inheritance, OfTrialsThatReadAlikeTheBestCounts) {
  StudySpec before = width_spec(0, 1);
  ASSERT_TRUE(before.space.add({.name = "depth", .domain = IntDomain{1, 9}}).ok());
  StudyUnderTest old(before);
  for (int depth = 1; depth <= 3; ++depth) {
    old.whole_trial({{"width", 0.5}, {"depth", depth}}, depth == 2 ? 0.9 : 0.1);
  }
  const auto found = inheritance_of(old.state, width_spec(0, 1));
  ASSERT_EQ(found.trials.size(), 1U);
  EXPECT_EQ(found.trials[0].score, 0.9);
  EXPECT_THAT(found.line(), HasSubstr("knows 1 of 3 old trials (2 read like another now)"));
}

TEST(Inheritance, IsBounded) {
  StudyUnderTest old(width_spec(0, 10'000));
  const TrialId talkative = old.suggest(at(0.5));
  old.start(talkative);
  for (int step = 1; step <= 999; ++step) old.report(talkative, step, 0.1);
  old.end(talkative);
  for (int i = 1; i < 1500; ++i) old.whole_trial(at(i), i % 100 + i * 1e-6);
  const auto found = inheritance_of(old.state, width_spec(0, 10'000));
  EXPECT_EQ(found.told, 1500U);
  EXPECT_EQ(found.trials.size(), 1000U);
  EXPECT_EQ(found.best(1, true)[0]->trial, 1500U);
  ASSERT_EQ(found.trials[0].trial, talkative);
  EXPECT_LE(found.trials[0].curve.size(), 200U);
  EXPECT_EQ(found.trials[0].curve.back().first, 999);
}

class InheritTest : public ::testing::Test {
 protected:
  /// A study of these trials in the store, then one that starts over from it.
  std::unique_ptr<Session> restart(const StudyUnderTest& old, const StudySpec& spec) {
    const auto& first = std::get<Created>(old.facts[0].payload);
    const std::string parent = store_->create(first, {}).value();
    auto session = Session::open(store_->open(parent).value(), clock_).value();
    for (std::size_t i = 1; i < old.facts.size(); ++i) {
      std::vector<Fact> facts{old.facts[i]};
      EXPECT_TRUE(session->journal().append(facts, Durability::kBatched).ok());
    }
    const Created created{.name = "s",
                          .spec = to_json(spec).dump(),
                          .fingerprint = "{}",
                          .directory = "/",
                          .seed = 1,
                          .parent = parent};
    return Session::open(store_->open(store_->create(created, {}).value()).value(), clock_).value();
  }

  Status inherit_into(Session& session) {
    auto decider = HeldLease::take(session.journal(), kDecider).value();
    return inherit(session, *store_, decider.epoch());
  }

  std::unique_ptr<Store> store_ = make_memory_store();
  SystemClock clock_;
};

TEST_F(InheritTest, KnowsTheOldTrialsAndTriesTheBestFirst) {
  StudyUnderTest old(width_spec(0, 1));
  for (int i = 1; i <= 8; ++i) old.whole_trial(at(0.1 * i), 0.1 * i);
  auto session = restart(old, width_spec(0, 1));
  ASSERT_TRUE(inherit_into(*session).ok());
  const StudyState& state = session->state();
  EXPECT_EQ(state.inherited().size(), 8U);
  ASSERT_EQ(state.trials().size(), kTriedAgain);
  EXPECT_EQ(state.trials()[0].configuration, at(0.8));
  EXPECT_EQ(state.trials()[0].state, TrialState::kWaiting);
  EXPECT_EQ(state.best(), 0U);
  const Revision before = state.revision();
  ASSERT_TRUE(inherit_into(*session).ok());
  EXPECT_EQ(state.revision(), before) << "once";
}

TEST_F(InheritTest, OnlyTriesAgainWhatAnotherCommandSaid) {
  StudyUnderTest old(width_spec(0, 1));
  for (int i = 1; i <= 8; ++i) old.whole_trial(at(0.1 * i), 0.1 * i);
  StudySpec other = width_spec(0, 1);
  other.command.insert(other.command.end(), {"--data", "b"});
  other.run_cap = 2;  // fewer than there is to try again
  auto session = restart(old, other);
  ASSERT_TRUE(inherit_into(*session).ok());
  EXPECT_TRUE(session->state().inherited().empty());
  EXPECT_EQ(session->state().trials().size(), 2U);
  EXPECT_EQ(inheritance_of(old.state, other).line(),
            "tries the best 5 of 8 old trials again first; their scores do not count: the command "
            "has changed");
}

}  // namespace
}  // namespace hpopt
