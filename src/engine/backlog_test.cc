// A session whose store fails: what is kept, in which order it is stored, and what it says.
#include "engine/backlog.h"

#include <gtest/gtest.h>

#include "engine/failing_journal.h"
#include "engine/replay.h"
#include "engine/session.h"
#include "policy/policy.h"
#include "storage/open_store.h"
#include "study/fold.h"
#include "study/testing.h"

namespace hpopt {
namespace {

using testing::FailingJournal;
using Mood = FailingJournal::Mood;
constexpr auto kWhile = std::chrono::seconds(1);

class BacklogTest : public ::testing::Test {
 protected:
  BacklogTest() {
    session_ =
        Session::open(std::make_unique<FailingJournal>(store_->open(study_).value(), mood_), clock_)
            .value();
    EXPECT_TRUE(session_->announce("none").ok());
    session_->endure(0, [this](const std::string& line) { said_.push_back(line); });
  }

  Status append(Payload payload) {
    std::vector<Payload> payloads;
    payloads.push_back(std::move(payload));
    return session_->append(std::move(payloads), Durability::kSynced);
  }
  void begin_trial(TrialId trial) {
    ASSERT_TRUE(append(testing::suggested(trial, 0.01 * trial)).ok());
    ASSERT_TRUE(append(testing::started(trial, 0, trial)).ok());
  }
  void report(TrialId trial, std::uint32_t sequence) {
    ASSERT_TRUE(append(testing::reported(trial, trial, sequence, sequence, 0.1 * sequence)).ok());
  }
  /// Starts the trial that the policy wants.
  void begin_as(Policy& policy) {
    const Moment moment{.time_left = 600, .time_budget = 600, .free_slots = 9, .slots = 9};
    const auto wanted = policy.suggest(session_->state(), moment);
    ASSERT_TRUE(wanted.has_value());
    const auto trial = static_cast<TrialId>(session_->state().trials().size() + 1);
    Suggested suggested = testing::suggested(trial, 0);
    suggested.configuration = wanted->configuration;
    suggested.decision = wanted->decision;
    ASSERT_TRUE(append(std::move(suggested)).ok());
    ASSERT_TRUE(append(testing::started(trial, 0, session_->next_token())).ok());
  }
  /// Another process's append.
  void append_elsewhere(Payload payload) {
    std::vector<Fact> facts = {{{}, std::move(payload)}};
    ASSERT_TRUE(store_->open(study_).value()->append(facts, Durability::kSynced).ok());
  }
  void pass_trouble() {
    mood_ = Mood::kWell;
    clock_.advance(kWhile);
    const Status polled = session_->poll();
    ASSERT_TRUE(polled.ok()) << polled.error().message();
    EXPECT_FALSE(session_->in_trouble());
  }
  /// What is stored is what the session believes.
  void expect_agreement() {
    StudyState stored;
    ASSERT_TRUE(fold(*store_->open(study_).value(), stored).ok());
    const StudyState& ours = session_->state();
    EXPECT_EQ(stored.revision(), ours.revision());
    EXPECT_EQ(stored.counts(), ours.counts());
    EXPECT_EQ(stored.best(), ours.best());
    EXPECT_EQ(stored.wish(), ours.wish());
    ASSERT_EQ(stored.trials().size(), ours.trials().size());
    for (std::size_t i = 0; i < stored.trials().size(); ++i) {
      EXPECT_EQ(stored.trials()[i].reports.size(), ours.trials()[i].reports.size()) << i + 1;
      EXPECT_EQ(stored.trials()[i].version, ours.trials()[i].version) << i + 1;
    }
  }

  ManualClock clock_;
  Mood mood_ = Mood::kWell;
  std::unique_ptr<Store> store_ = open_store("memory:", true).value();
  std::string study_ = store_->create(testing::created(), {}).value();
  std::unique_ptr<Session> session_;
  std::vector<std::string> said_;
};

TEST_F(BacklogTest, KeepsWhatAFullDiskDoesNotTakeAndStoresItLater) {
  begin_trial(1);
  mood_ = Mood::kFull;
  report(1, 1);
  begin_trial(2);
  report(2, 1);
  ASSERT_TRUE(append(testing::ended(1, 1)).ok());
  EXPECT_TRUE(session_->in_trouble());
  EXPECT_EQ(session_->state().counts().complete, 1);
  ASSERT_EQ(said_.size(), 1U) << "said once";
  EXPECT_EQ(said_[0],
            "/disk: the disk is full (free some space); trials go on, and what they say is kept "
            "here until it can be stored");
  pass_trouble();
  ASSERT_EQ(said_.size(), 2U);
  EXPECT_EQ(said_[1], "the store works again: nothing was lost, 5 facts kept meanwhile are stored");
  expect_agreement();
  report(2, 2);
  expect_agreement();
}

TEST_F(BacklogTest, TriesAgainAfterAPauseOnly) {
  begin_trial(1);
  mood_ = Mood::kFull;
  report(1, 1);
  mood_ = Mood::kWell;
  report(1, 2);
  EXPECT_TRUE(session_->in_trouble());
  clock_.advance(kWhile);
  ASSERT_TRUE(session_->poll().ok());
  EXPECT_FALSE(session_->in_trouble());
  report(1, 3);
  expect_agreement();
}

TEST_F(BacklogTest, StoresNothingTwiceThatWasWrittenInSpiteOfAnError) {
  begin_trial(1);
  mood_ = Mood::kUnsure;
  report(1, 1);
  report(1, 2);
  pass_trouble();
  expect_agreement();
  EXPECT_EQ(session_->state().find(1)->reports.size(), 2U);
}

TEST_F(BacklogTest, TakesInWhatOthersAppendedMeanwhile) {
  begin_trial(1);
  mood_ = Mood::kFull;
  report(1, 1);
  append_elsewhere(Requested{Wish::kPause, "a"});
  append_elsewhere(Extended{60, "b"});
  report(1, 2);
  EXPECT_FALSE(session_->state().wish().has_value());
  pass_trouble();
  expect_agreement();
  EXPECT_EQ(session_->state().wish(), Wish::kPause);
  EXPECT_EQ(session_->state().extended_seconds(), 60);
  report(1, 3);
  expect_agreement();
}

TEST_F(BacklogTest, DecisionsOfTheTroubleComeOutTheSameAgain) {
  const auto policy = make_policy(session_->state().spec(), session_->state().origin().seed);
  begin_as(*policy);
  mood_ = Mood::kFull;
  begin_as(*policy);
  begin_as(*policy);
  append_elsewhere(Requested{Wish::kPause, "a"});
  append_elsewhere(Extended{60, "b"});
  clock_.advance(kWhile);
  mood_ = Mood::kWell;
  begin_as(*policy);
  pass_trouble();
  begin_as(*policy);
  expect_agreement();
  const Replay replayed = replay(*store_->open(study_).value()).value();
  EXPECT_EQ(replayed.decisions, 5);
  for (const auto& difference : replayed.differences) {
    ADD_FAILURE() << difference.revision << ": " << difference.recorded << " / "
                  << difference.replayed;
  }
}

TEST_F(BacklogTest, AgreesWithTheJournalWhereOthersSaidTheSame) {
  begin_trial(1);
  mood_ = Mood::kFull;
  ASSERT_TRUE(append(Noted{0, "text", "key"}).ok());
  append_elsewhere(Noted{0, "text", "key"});
  report(1, 1);
  pass_trouble();
  expect_agreement();
  EXPECT_EQ(session_->state().notes().size(), 1U);
  report(1, 2);
  expect_agreement();
}

TEST_F(BacklogTest, GuardsHoldWithoutTheStore) {
  begin_trial(1);
  mood_ = Mood::kFull;
  report(1, 1);
  const Status again = append(testing::suggested(2, 0.01));  // the configuration of trial 1
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, Code::kConflict);
  EXPECT_TRUE(append(testing::reported(1, 1, 1, 1, 0.5)).ok()) << "passed over: it is there";
  EXPECT_FALSE(append(testing::reported(1, 99, 2, 2, 0.5)).ok()) << "another run's token";
  ASSERT_TRUE(append(Noted{0, "text", "key"}).ok());
  ASSERT_TRUE(append(Noted{0, "text", "key"}).ok());
  EXPECT_EQ(session_->state().notes().size(), 1U);
  pass_trouble();
  expect_agreement();
}

TEST_F(BacklogTest, AStudyThatWasTakenOverIsLeft) {
  begin_trial(1);
  mood_ = Mood::kFull;
  report(1, 1);
  append_elsewhere(testing::ended(1, 1));
  mood_ = Mood::kWell;
  clock_.advance(kWhile);
  const Status polled = session_->poll();
  ASSERT_FALSE(polled.ok());
  EXPECT_EQ(polled.error().code, Code::kBusy);
}

TEST_F(BacklogTest, SaysAtTheEndWhatCouldNotBeStored) {
  begin_trial(1);
  EXPECT_TRUE(session_->settle().ok());
  mood_ = Mood::kFull;
  report(1, 1);
  report(1, 2);
  const Status settled = session_->settle();
  ASSERT_FALSE(settled.ok());
  EXPECT_EQ(settled.error().code, Code::kStorage);
  EXPECT_EQ(settled.error().where, "/disk");
  EXPECT_NE(settled.error().what.find("2 facts of the last"), std::string::npos)
      << settled.error().message();
}

TEST_F(BacklogTest, ASessionThatDoesNotEndurePassesTheErrorOn) {
  auto journal = std::make_unique<FailingJournal>(store_->open(study_).value(), mood_);
  auto plain = Session::open(std::move(journal), clock_).value();
  mood_ = Mood::kFull;
  EXPECT_EQ(plain->announce("none").error().code, Code::kStorage);
}

}  // namespace
}  // namespace hpopt
