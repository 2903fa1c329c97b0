// What every backend must do: the same suite runs on each of them.
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "storage/memory_store.h"
#include "storage/open_store.h"
#include "storage/testing.h"
#include "study/fold.h"
#include "study/testing.h"

namespace hpopt {
namespace {

using testing::created;
using testing::ended;
using testing::fact;
using testing::paused;
using testing::reported;
using testing::started;
using testing::suggested;
using testing::text_of;

/// A store of each kind, in a folder of its own.
class AnyStore {
 public:
  explicit AnyStore(const std::string& kind)
      : store_(open_store(kind == "memory" ? "memory:" : folder_.path() + "/store", true).value()) {
  }
  Store& operator*() { return *store_; }
  Store* operator->() { return store_.get(); }

 private:
  testing::TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

class JournalContract : public ::testing::TestWithParam<std::string> {
 protected:
  JournalContract() : store_(GetParam()) { begin(testing::small_spec()); }

  void begin(const StudySpec& spec) {
    study_ = store_->create(created(spec), {.utc_ms = 1000}).value();
    journal_ = store_->open(study_).value();
  }

  Result<Revision> offer(std::vector<Fact> facts) {
    auto appended = journal_->append(facts, Durability::kBatched);
    if (!appended) {
      for (const Fact& one : facts) EXPECT_EQ(one.stamp.revision, 0U) << "refused, yet numbered";
    }
    return appended;
  }
  Result<Revision> offer(Payload payload, SessionId session = 0) {
    return offer(std::vector<Fact>{fact(std::move(payload), session)});
  }
  void append(Payload payload, SessionId session = 0) {
    const auto appended = offer(std::move(payload), session);
    ASSERT_TRUE(appended.ok()) << appended.error().message();
  }
  /// The guard of that name fails, and nothing is appended.
  void conflict(const std::string& guard, Payload payload, SessionId session = 0) {
    const Revision before = journal_->head().value();
    const std::string kind(kind_name(payload));
    const auto appended = offer(std::move(payload), session);
    ASSERT_FALSE(appended.ok()) << kind << " should fail at " << guard;
    EXPECT_EQ(appended.error().code, Code::kConflict) << appended.error().message();
    EXPECT_TRUE(appended.error().what.starts_with(guard + ":")) << appended.error().what;
    EXPECT_EQ(journal_->head().value(), before);
  }
  /// It is there already: accepted, not appended again.
  void skipped(Payload payload) {
    const Revision before = journal_->head().value();
    std::vector<Fact> facts = {fact(std::move(payload))};
    const auto appended = journal_->append(facts, Durability::kBatched);
    ASSERT_TRUE(appended.ok()) << appended.error().message();
    EXPECT_EQ(*appended, before);
    EXPECT_EQ(facts[0].stamp.revision, 0U);
    EXPECT_EQ(journal_->head().value(), before);
  }
  std::vector<Fact> read(Revision after = 0) {
    std::vector<Fact> facts;
    const auto last = journal_->read(after, [&](const Fact& one) {
      facts.push_back(one);
      return true;
    });
    EXPECT_TRUE(last.ok()) << last.error().message();
    return facts;
  }
  StudyState folded() {
    StudyState state;
    const auto done = fold(*journal_, state);
    EXPECT_TRUE(done.ok()) << done.error().message();
    return state;
  }

  AnyStore store_;
  std::string study_;
  std::unique_ptr<Journal> journal_;
};

INSTANTIATE_TEST_SUITE_P(Stores, JournalContract, ::testing::Values("memory", "sqlite"),
                         [](const auto& kind) { return kind.param; });

TEST_P(JournalContract, ARemovedStudyIsGoneAndTheOthersStay) {
  const std::string second = store_->create(created(), {}).value();
  auto kept = store_->open(second).value();
  std::vector<Fact> facts = {fact(suggested(1, 0.1)), fact(started(1, 0, 1)),
                             fact(reported(1, 1, 1, 1, 0.5))};
  ASSERT_TRUE(kept->append(facts, Durability::kSynced).ok());
  append(suggested(1, 0.1));
  append(started(1, 0, 1));
  append(reported(1, 1, 1, 1, 0.5));
  ASSERT_TRUE(journal_->take(kRunner, {}, "a").ok());

  ASSERT_TRUE(store_->remove(study_).ok());
  EXPECT_EQ(store_->open(study_).error().code, Code::kNotFound);
  ASSERT_EQ(store_->list().value().size(), 1U);
  EXPECT_EQ(store_->list().value()[0].id, second);
  EXPECT_EQ(kept->head().value(), 4U);
  EXPECT_TRUE(store_->remove(study_).ok()) << "twice is as good as once";
  EXPECT_TRUE(store_->compact().ok());
  int visits = 0;
  EXPECT_EQ(
      store_->open(second).value()->read(0, [&](const Fact&) { return ++visits > 0; }).value(), 4U);
  EXPECT_EQ(visits, 4);
}

TEST_P(JournalContract, WhoHoldsARemovedStudyOpenWritesIntoNoOther) {
  append(suggested(1, 0.1));
  append(started(1, 0, 1));
  const Lease held{.holder = "a", .epoch = journal_->take(kRunner, {}, "a").value(), .beat = 0};
  ASSERT_TRUE(store_->remove(study_).ok());
  const std::string next = store_->create(created(), {}).value();
  auto fresh = store_->open(next).value();

  for (const Payload& late :
       {Payload(reported(1, 1, 1, 1, 0.5)), Payload(suggested(2, 0.2)), Payload(SessionOpened{})}) {
    std::vector<Fact> facts = {fact(late)};
    if (std::holds_alternative<SessionOpened>(late)) facts[0].stamp.session = 1;
    EXPECT_FALSE(journal_->append(facts, Durability::kBatched).ok()) << kind_name(late);
  }
  EXPECT_FALSE(journal_->beat(kRunner, held.epoch, Nanos(5)).ok());
  EXPECT_EQ(fresh->head().value(), 1U);
  EXPECT_EQ(fresh->lease(kRunner).value().epoch, 0U);
  EXPECT_EQ(fresh->spent().value(), Nanos(0));
}

TEST_P(JournalContract, ListsStudiesNewestFirst) {
  StudySpec other = testing::small_spec();
  other.name = "other";
  const std::string second = store_->create(created(other), {.utc_ms = 2000}).value();
  append(Noted{0, "text", "k"});
  const auto studies = store_->list().value();
  ASSERT_EQ(studies.size(), 2U);
  EXPECT_EQ(studies[0].id, second);
  EXPECT_EQ(studies[0].name, "other");
  EXPECT_EQ(studies[0].created_utc_ms, 2000);
  EXPECT_EQ(studies[0].head, 1U);
  EXPECT_EQ(studies[1].id, study_);
  EXPECT_EQ(studies[1].head, 2U);
}

TEST_P(JournalContract, TwoThatStartTheSameStudyAtOnceMakeOne) {
  for (const char* seen : {"", "an older one"}) {
    EXPECT_EQ(store_->create(created(), {}, seen).error().code, Code::kConflict) << seen;
  }
  EXPECT_TRUE(store_->create(created(), {}, study_).ok());
  EXPECT_EQ(store_->list().value().size(), 2U);
}

TEST_P(JournalContract, KnowsOnlyItsOwnStudies) {
  const auto none = store_->open("nothing");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, Code::kNotFound);
  EXPECT_FALSE(none.error().mend.empty());
}

TEST_P(JournalContract, RefusesAStudyWithoutSpecification) {
  Created broken = created();
  broken.spec = "{";
  EXPECT_FALSE(store_->create(broken, {}).ok());
  EXPECT_EQ(store_->list().value().size(), 1U);
}

TEST_P(JournalContract, AllotsRevisionsWithoutGaps) {
  for (TrialId trial = 1; trial <= 5; ++trial) {
    std::vector<Fact> facts = {fact(suggested(trial, 0.1 * trial)), fact(started(trial, 0, trial)),
                               fact(reported(trial, trial, 1, 1, 0.5))};
    const auto head = journal_->append(facts, Durability::kSynced);
    ASSERT_TRUE(head.ok()) << head.error().message();
    EXPECT_EQ(*head, 1 + 3 * trial);
    EXPECT_EQ(facts[0].stamp.revision, *head - 2);
    EXPECT_EQ(facts[2].stamp.revision, *head);
  }
  EXPECT_EQ(journal_->head().value(), 16U);
  const auto facts = read();
  ASSERT_EQ(facts.size(), 16U);
  for (std::size_t i = 0; i < facts.size(); ++i) EXPECT_EQ(facts[i].stamp.revision, i + 1);
  EXPECT_EQ(read(10).size(), 6U);
  EXPECT_EQ(read(10)[0].stamp.revision, 11U);
  EXPECT_TRUE(read(16).empty());
  EXPECT_EQ(journal_->read(16, [](const Fact&) { return true; }).value(), 16U);
  EXPECT_EQ(offer(std::vector<Fact>{}).value(), 16U);
}

TEST_P(JournalContract, StopsReadingWhenToldTo) {
  for (int i = 0; i < 9; ++i) append(Noted{0, "text", std::to_string(i)});
  int visits = 0;
  EXPECT_EQ(journal_->read(2, [&](const Fact&) { return ++visits < 3; }).value(), 5U);
  EXPECT_EQ(visits, 3);
  append(Noted{0, "after", "after"});
  EXPECT_EQ(read(10).size(), 1U);
}

TEST_P(JournalContract, KeepsEveryKindAsItWas) {
  const Decision decision{"tpe",
                          "größer \"oder\" gleich",
                          7,
                          ~std::uint64_t{0},
                          std::numeric_limits<double>::infinity(),
                          -1,
                          90.5,
                          3,
                          true};
  std::vector<Fact> facts = {
      fact(SessionOpened{"host", 1 << 30, "0.1.0", "pid namespace"}, 1),
      fact(Inherited{12,
                     {{"lr", 1.0}, {"layers", JsonText{"[1,2]"}}, {"depth", 3}},
                     Cause::kComplete,
                     {{0.5, 0.25}, {1, -1e300}},
                     0},
           1),
      fact(Moved{"/srv/größer"}, 1),
      fact(Capped{1'000'000'000'000}, 1),
      fact(Fitted{R"({"by":"gp","lengths":[0.1,1e-300]})"}, 1),
      fact(Suggested{1,
                     {{"lr", 1e-05}, {"layers", JsonText{"[1,2]"}}, {"none", Value()}},
                     false,
                     "request",
                     0,
                     decision},
           1),
      fact(Started{1, 0, 1, 3, 2.5, false, decision, "{\"argv\":[]}", 0}, 1),
      fact(MetricNamed{1, "loss"}, 1),
      fact(Reported{1, 1, 1, 0, 0.5, NAN, 0.25}, 1),
      fact(Reported{1, 1, 4, 1, -1e300, -std::numeric_limits<double>::infinity(), 0.5}, 1),
      fact(Grown{to_json(Parameter{.name = "p", .domain = FloatDomain{}}).dump()}, 1),
      fact(Assigned{1, 1, {{"p", 0.5}}}, 1),
      fact(Paused{1, 1, true, 3.25, decision}, 1),
      fact(Started{1, 2, 2, 0, 0, true, {}, {}}, 1),
      fact(Ended{1, 2, Cause::kOutOfMemory, -9, 4.5, "last\nlines \\ \"quoted\"", decision, true},
           1),
      fact(Extended{1800, "x"}, 0),
      fact(Requested{Wish::kPause, "w"}, 0),
      fact(Planned{0, "{\"trials\":3}"}, 1),
      fact(Noted{1, "note", "n"}, 1),
      fact(LengthLearnt{50, "trial 1 printed 'Epoch 1/50'"}, 1),
      fact(StudyEnded{0, decision}, 1),
      fact(SessionClosed{"finished"}, 1)};
  const auto appended = journal_->append(facts, Durability::kSynced);
  ASSERT_TRUE(appended.ok()) << appended.error().message();
  const auto stored = read();
  ASSERT_EQ(stored.size(), facts.size() + 1);
  EXPECT_EQ(text_of(Fact{{1, 0, Nanos(0), 1000}, created()}), text_of(stored[0]));
  for (std::size_t i = 0; i < facts.size(); ++i)
    EXPECT_EQ(text_of(stored[i + 1]), text_of(facts[i]));
  folded();
}

TEST_P(JournalContract, AppendsAllOrNone) {
  append(suggested(1, 0.1));
  EXPECT_FALSE(offer({fact(started(1, 0, 1)), fact(suggested(2, 0.2)), fact(Noted{0, "text", "k"}),
                      fact(reported(1, 99, 1, 1, 0.5))})
                   .ok());
  EXPECT_EQ(journal_->head().value(), 2U);
  // Nothing of it is left behind: token, trial number, key and configuration are free.
  append(Noted{0, "text", "k"});
  append(suggested(2, 0.2));
  append(started(1, 0, 1));
  EXPECT_EQ(journal_->head().value(), 5U);
}

TEST_P(JournalContract, GuardsSeeTheFactsBeforeThemInTheSameAppend) {
  const auto appended =
      offer({fact(suggested(1, 0.1)), fact(started(1, 0, 1)), fact(reported(1, 1, 1, 1, 0.5)),
             fact(paused(1, 1)), fact(started(1, 2, 2)), fact(ended(1, 2))});
  ASSERT_TRUE(appended.ok()) << appended.error().message();
  EXPECT_EQ(folded().find(1)->state, TrialState::kComplete);
}

TEST_P(JournalContract, SuggestedIsConditional) {
  append(suggested(1, 0.1));
  conflict("next trial", suggested(1, 0.2));
  conflict("next trial", suggested(3, 0.2));
  conflict("configuration", suggested(2, 0.1));
  Suggested same_request = suggested(2, 0.2);
  same_request.request = "request 1";
  conflict("request", same_request);
  Suggested repeated = suggested(2, 0.1);
  repeated.unique = false;
  append(repeated);
  append(suggested(3, 0.3));
}

TEST_P(JournalContract, SuggestedNeedsTheDecidersEpoch) {
  Suggested decided = suggested(1, 0.1);
  decided.epoch = 1;
  conflict("epoch", decided);
  ASSERT_EQ(journal_->take(kDecider, {}, "a").value(), 1U);
  append(decided);
  ASSERT_TRUE(journal_->release(kDecider, 1).ok());
  ASSERT_EQ(journal_->take(kDecider, {"", 1, 0}, "b").value(), 2U);
  decided = suggested(2, 0.2);
  decided.epoch = 1;
  conflict("epoch", decided);
  conflict("epoch", Planned{1, "{}"});
  conflict("epoch", StudyEnded{1, {}});
  decided.epoch = 2;
  append(decided);
  append(Planned{2, "{}"});
  append(suggested(3, 0.3));  // epoch 0: decided where it was asked
  append(StudyEnded{2, {}});
}

TEST_P(JournalContract, StartedByADeciderNeedsItsEpoch) {
  append(suggested(1, 0.1));
  ASSERT_EQ(journal_->take(kDecider, {}, "a").value(), 1U);
  ASSERT_EQ(journal_->take(kDecider, {"a", 1, 0}, "b").value(), 2U);
  Started decided = started(1, 0, 1);
  decided.epoch = 1;  // it slept, and another has taken over
  conflict("epoch", decided);
  decided.epoch = 2;
  append(decided);
  append(paused(1, 1));
  append(started(1, 2, 2));  // epoch 0: a program that asks for itself
}

TEST_P(JournalContract, SuggestedStaysWithinTheRunCap) {
  StudySpec spec = testing::small_spec();
  spec.run_cap = 2;
  begin(spec);
  append(suggested(1, 0.1));
  append(suggested(2, 0.2));
  conflict("run cap", suggested(3, 0.3));
  append(ended(1, 0, Cause::kFailed));
  conflict("run cap", suggested(3, 0.3));
  append(ended(2, 0, Cause::kCancelled));  // as if never asked
  append(suggested(3, 0.2));
}

TEST_P(JournalContract, StartedIsConditionalOnTheVersion) {
  append(suggested(1, 0.1));
  append(suggested(2, 0.2));
  conflict("version", started(1, 1, 1));
  append(started(1, 0, 1));
  conflict("version", started(1, 0, 2));
  conflict("version", started(1, 1, 2));  // it runs
  conflict("token", started(2, 0, 1));
  append(paused(1, 1));
  conflict("version", started(1, 1, 2));
  Started thaw = started(1, 2, 2);
  thaw.thawed = true;
  conflict("held", thaw);
  append(started(1, 2, 5));
  conflict("token", started(2, 0, 3));
  append(ended(1, 5));
  conflict("version", started(1, 4, 6));
  EXPECT_EQ(offer(started(9, 0, 9)).error().code, Code::kInvalid);
}

TEST_P(JournalContract, FactsOfARunAreFenced) {
  append(suggested(1, 0.1));
  conflict("fence", reported(1, 0, 1, 1, 0.5));  // waits
  append(started(1, 0, 1));
  conflict("fence", reported(1, 2, 1, 1, 0.5));
  append(reported(1, 1, 1, 1, 0.5));
  append(paused(1, 1));
  conflict("fence", reported(1, 1, 2, 2, 0.5));
  conflict("fence", paused(1, 1));
  append(started(1, 2, 2));
  conflict("fence", reported(1, 1, 2, 2, 0.5));  // a zombie's late report
  conflict("fence", paused(1, 1));
  conflict("fence", ended(1, 1));
  conflict("fence", Assigned{1, 1, {}});
  append(Assigned{1, 2, testing::configuration(0.9)});
  append(ended(1, 2));
  conflict("fence", ended(1, 2));
  conflict("fence", Assigned{1, 2, {}});
}

TEST_P(JournalContract, AFrozenTrialCanBeEvictedOnce) {
  append(suggested(1, 0.1));
  append(started(1, 0, 1));
  append(paused(1, 1, true));
  conflict("fence", paused(1, 1, true));
  append(paused(1, 1, false));
  conflict("fence", paused(1, 1, false));
  Started thaw = started(1, 3, 2);
  thaw.thawed = true;
  conflict("held", thaw);
  append(ended(1, 1, Cause::kStopped));
}

TEST_P(JournalContract, ReportsAreIdempotent) {
  append(suggested(1, 0.1));
  append(started(1, 0, 1));
  append(reported(1, 1, 1, 1, 0.5));
  skipped(reported(1, 1, 1, 1, 0.5));
  append(reported(1, 1, 2, 2, 0.6));
  skipped(reported(1, 1, 1, 1, 0.5));
  append(paused(1, 1));
  append(started(1, 2, 2));
  append(reported(1, 2, 1, 3, 0.7));  // the sequence starts again under a new token
  EXPECT_EQ(folded().find(1)->reports.size(), 3U);
}

TEST_P(JournalContract, CommutingFactsAreIdempotentByTheirKey) {
  append(Extended{30, "a"});
  skipped(Extended{30, "a"});
  append(Extended{30, "b"});
  append(Requested{Wish::kStop, "a"});
  skipped(Requested{Wish::kPause, "a"});
  append(Noted{0, "text", "a"});
  skipped(Noted{0, "another text", "a"});
  const std::string parameter = to_json(Parameter{.name = "p", .domain = FloatDomain{}}).dump();
  append(Grown{parameter});
  skipped(Grown{parameter});
  skipped(Grown{to_json(Parameter{.name = "lr", .domain = FloatDomain{}}).dump()});
  auto twice = offer({fact(Noted{0, "text", "b"}), fact(Noted{0, "text", "b"})});
  ASSERT_TRUE(twice.ok());
  EXPECT_EQ(*twice, 7U);
  EXPECT_EQ(folded().budget_seconds(), 120);
}

TEST_P(JournalContract, NumbersAreGivenOnce) {
  append(SessionOpened{"host", 1, "0.1.0", {}}, 1);
  conflict("session", SessionOpened{"host", 2, "0.1.0", {}}, 1);
  conflict("session", SessionOpened{"host", 2, "0.1.0", {}}, 3);
  append(SessionOpened{"host", 2, "0.1.0", {}}, 2);
  append(MetricNamed{1, "loss"});
  conflict("metric", MetricNamed{1, "time"});
  conflict("metric", MetricNamed{2, "loss"});
  conflict("metric", MetricNamed{2, "accuracy"});
  append(MetricNamed{2, "time"});
  conflict("created", created());
}

TEST_P(JournalContract, AStudyEndsOnceUntilItIsExtendedOrGoesOn) {
  append(suggested(1, 0.1));
  append(StudyEnded{0, {}});
  skipped(StudyEnded{0, {}});
  append(Extended{30, "a"});
  EXPECT_FALSE(folded().ended());
  append(StudyEnded{0, {}});
  append(started(1, 0, 1));
  EXPECT_FALSE(folded().ended());
  append(StudyEnded{0, {}});
  EXPECT_TRUE(folded().ended());
}

TEST_P(JournalContract, ALimitedNumberOfMetricsHasNames) {
  std::vector<Fact> facts;
  for (MetricId metric = 1; metric < kMostMetrics; ++metric) {
    facts.push_back(fact(MetricNamed{metric, std::to_string(metric)}));
  }
  ASSERT_TRUE(offer(std::move(facts)).ok());
  conflict("metric", MetricNamed{kMostMetrics, "one more"});
}

TEST_P(JournalContract, RefusesWhatCouldNotBeFolded) {
  append(suggested(1, 0.1));
  append(started(1, 0, 1));
  const auto invalid = [&](Payload payload, SessionId session = 0) {
    const std::string kind(kind_name(payload));
    const auto appended = offer(std::move(payload), session);
    ASSERT_FALSE(appended.ok()) << kind;
    EXPECT_EQ(appended.error().code, Code::kInvalid) << kind;
  };
  invalid(Noted{0, "text", "k"}, 1);  // no such session
  invalid(Noted{2, "text", "k"});
  invalid(reported(1, 1, 0, 1, 0.5));
  invalid(reported(1, 1, 1, NAN, 0.5));
  Reported unnamed = reported(1, 1, 1, 1, 0.5);
  unnamed.metric = 1;
  invalid(unnamed);
  invalid(ended(1, 1, static_cast<Cause>(0)));
  invalid(Grown{"{"});
  const auto invalid_parameter = [&](const Parameter& parameter) {
    invalid(Grown{to_json(parameter).dump()});
  };
  invalid_parameter({.name = "", .domain = FloatDomain{0, 1}});
  invalid_parameter({.name = "p", .domain = FloatDomain{1, 0}});
  invalid_parameter({.name = "p", .domain = FloatDomain{0, 1}, .default_value = 2});
  invalid_parameter({.name = "p", .domain = FloatDomain{0, 1}, .when = {{"no", {1}}}});
  invalid_parameter({.name = "p", .domain = FloatDomain{0, 1}, .when = {{"opt", {"lion"}}}});
  invalid(Extended{0, "k"});
  invalid(Requested{static_cast<Wish>(0), "k"});
  invalid(LengthLearnt{-1, {}});
  invalid(Moved{"relative"});
  invalid(Capped{0});
  invalid(Fitted{"{"});
  EXPECT_EQ(journal_->head().value(), 3U);
}

TEST_P(JournalContract, CancelledAndReassignedConfigurationsAreFree) {
  append(suggested(1, 0.1));
  append(ended(1, 0, Cause::kCancelled));
  append(suggested(2, 0.1));
  append(started(2, 0, 1));
  append(Assigned{2, 1, testing::configuration(0.7)});
  append(suggested(3, 0.1));
  conflict("configuration", suggested(4, 0.7));
}

TEST_P(JournalContract, WhatIsInheritedComesBeforeTheFirstTrial) {
  const Epoch epoch = journal_->take(kDecider, {}, "a").value();
  Inherited known{3, testing::configuration(0.1), Cause::kStopped, {{1, 0.5}, {2, 0.6}}, epoch};
  append(known);
  known.epoch = epoch + 1;
  conflict("epoch", known);
  known.epoch = epoch;
  known.curve = {{2, 0.5}, {1, 0.6}};
  EXPECT_EQ(offer(known).error().code, Code::kInvalid);
  known.curve = {{1, NAN}};
  EXPECT_EQ(offer(known).error().code, Code::kInvalid);
  known.curve = {};
  known.cause = Cause::kFailed;
  EXPECT_EQ(offer(known).error().code, Code::kInvalid);
  known.cause = Cause::kDiverged;
  append(known);
  append(suggested(1, 0.1));  // what is inherited is no trial, and keeps no configuration
  conflict("no trial", known);
}

TEST_P(JournalContract, JournalsOfOneStudyShareIt) {
  auto other = store_->open(study_).value();
  append(suggested(1, 0.1));
  EXPECT_EQ(other->head().value(), 2U);
  std::vector<Fact> facts = {fact(suggested(1, 0.2))};
  EXPECT_FALSE(other->append(facts, Durability::kBatched).ok());
  facts = {fact(started(1, 0, 1))};
  ASSERT_TRUE(other->append(facts, Durability::kBatched).ok());
  EXPECT_EQ(read().size(), 3U);
  ASSERT_TRUE(journal_->take(kRunner, {}, "a").ok());
  EXPECT_EQ(other->lease(kRunner).value().holder, "a");
}

TEST_P(JournalContract, StudiesAreApart) {
  const std::string second = store_->create(created(), {}).value();
  auto other = store_->open(second).value();
  append(suggested(1, 0.1));
  append(started(1, 0, 5));
  std::vector<Fact> facts = {fact(suggested(1, 0.1)), fact(started(1, 0, 1))};
  ASSERT_TRUE(other->append(facts, Durability::kBatched).ok());
  ASSERT_TRUE(other->take(kRunner, {}, "b").ok());
  ASSERT_TRUE(other->beat(kRunner, 1, Nanos(9)).ok());
  EXPECT_EQ(journal_->lease(kRunner).value().holder, "");
  EXPECT_EQ(journal_->spent().value(), Nanos(0));
  EXPECT_EQ(read().size(), 3U);
}

TEST_P(JournalContract, LeasesAreTakenBeatenAndGivenBack) {
  Lease lease = journal_->lease(kRunner).value();
  EXPECT_EQ(lease.holder, "");
  EXPECT_EQ(lease.epoch, 0U);
  EXPECT_EQ(journal_->take(kRunner, lease, "a").value(), 1U);
  EXPECT_EQ(journal_->take(kRunner, lease, "b").error().code, Code::kConflict);
  lease = journal_->lease(kRunner).value();
  EXPECT_EQ(lease.holder, "a");
  EXPECT_EQ(lease.epoch, 1U);
  ASSERT_TRUE(journal_->beat(kRunner, 1, Nanos(5)).ok());
  ASSERT_TRUE(journal_->beat(kRunner, 1, Nanos(7)).ok());
  EXPECT_EQ(journal_->lease(kRunner).value().beat, lease.beat + 2);
  EXPECT_EQ(journal_->spent().value(), Nanos(12));
  EXPECT_EQ(journal_->take(kRunner, lease, "b").error().code, Code::kConflict) << "it beat since";

  lease = journal_->lease(kRunner).value();
  EXPECT_EQ(journal_->take(kRunner, lease, "b").value(), 2U);
  EXPECT_EQ(journal_->beat(kRunner, 1, Nanos(100)).error().code, Code::kConflict);
  EXPECT_EQ(journal_->release(kRunner, 1).error().code, Code::kConflict);
  EXPECT_EQ(journal_->spent().value(), Nanos(12)) << "a lost lease charges nothing";
  ASSERT_TRUE(journal_->release(kRunner, 2).ok());
  EXPECT_EQ(journal_->lease(kRunner).value().holder, "");
  EXPECT_EQ(journal_->lease(kRunner).value().epoch, 2U);
  EXPECT_FALSE(journal_->beat(kRunner, 2, Nanos(1)).ok());
  EXPECT_EQ(journal_->lease(kDecider).value().epoch, 0U) << "roles are apart";
}

TEST_P(JournalContract, KeepsADigestAndKnowsHowOldItIs) {
  EXPECT_EQ(journal_->digest().value().body, "");
  ASSERT_TRUE(journal_->keep_digest(1, "{}").ok());
  EXPECT_TRUE(journal_->digest().value().of_head);
  ASSERT_TRUE(offer(suggested(1, 0.1)).ok());
  EXPECT_FALSE(journal_->digest().value().of_head);
  const Epoch epoch = journal_->take(kRunner, {}, "holder").value();
  EXPECT_FALSE(journal_->digest().value().of_last_beat) << "it is of another runner's time";
  ASSERT_TRUE(journal_->keep_digest(1, "of the runner").ok());
  for (const bool fresh : {true, false}) {
    ASSERT_TRUE(journal_->beat(kRunner, epoch, Nanos{0}).ok());
    EXPECT_EQ(journal_->digest().value().of_last_beat, fresh);
  }
  EXPECT_EQ(journal_->digest().value().body, "of the runner");
  EXPECT_FALSE(journal_->digest().value().of_head);
}

TEST_P(JournalContract, AnOlderDigestReplacesNoNewerOne) {
  ASSERT_TRUE(offer(suggested(1, 0.1)).ok());
  ASSERT_TRUE(journal_->keep_digest(2, "newer").ok());
  ASSERT_TRUE(journal_->keep_digest(1, "older").ok());
  EXPECT_EQ(journal_->digest().value().body, "newer");
  ASSERT_TRUE(journal_->keep_digest(2, "anew").ok());
  EXPECT_EQ(journal_->digest().value().body, "anew");
  EXPECT_TRUE(journal_->digest().value().of_head);
}

TEST_P(JournalContract, ReadsLongJournalsInOrder) {
  append(suggested(1, 0.1));
  append(started(1, 0, 1));
  constexpr std::uint32_t kReports = 20'000;
  std::vector<Fact> facts;
  for (std::uint32_t i = 1; i <= kReports; ++i) facts.push_back(fact(reported(1, 1, i, i, 0.5)));
  for (int i = 0; i < 100; ++i) facts.push_back(fact(Noted{0, "text", std::to_string(i)}));
  ASSERT_TRUE(journal_->append(facts, Durability::kBatched).ok());
  Revision expected = 0;
  EXPECT_EQ(
      journal_->read(0, [&](const Fact& one) { return one.stamp.revision == ++expected; }).value(),
      3 + facts.size());
  EXPECT_EQ(expected, 3 + facts.size());
  EXPECT_EQ(journal_->read(1, [](const Fact& one) { return one.stamp.revision < 9'000; }).value(),
            9'000U);
  EXPECT_EQ(folded().find(1)->reports.size(), kReports);
}

/// Both backends take and refuse the same facts, and what they take can be folded.
RC_GTEST_PROP(JournalProperty, BackendsAgreeAndWhatTheyAdmitFolds, (std::uint64_t seed)) {
  static AnyStore stores[2] = {AnyStore("memory"), AnyStore("sqlite")};
  StudySpec spec = testing::small_spec();
  spec.run_cap = 8;
  std::unique_ptr<Journal> journals[2];
  for (int i = 0; i < 2; ++i) {
    journals[i] = stores[i]->open(stores[i]->create(created(spec), {}).value()).value();
    (void)journals[i]->take(kDecider, {}, "a");
  }
  testing::RandomFacts random(seed);
  StudyState state;
  RC_ASSERT(fold(*journals[0], state).ok());
  for (int i = 0; i < 120; ++i) {
    std::vector<Fact> facts = {random.next(state)};
    if (i % 5 == 0) facts.push_back(random.next(state));
    std::vector<Fact> copies = facts;
    const auto one = journals[0]->append(facts, Durability::kBatched);
    const auto other = journals[1]->append(copies, Durability::kBatched);
    RC_ASSERT(one.ok() == other.ok());
    if (one) {
      RC_ASSERT(*one == *other);
    } else {
      RC_ASSERT(one.error().message() == other.error().message());
    }
    const auto folded = fold(*journals[0], state);
    if (!folded) RC_FAIL(folded.error().message());
  }
  StudyState again;
  RC_ASSERT(fold(*journals[1], again).ok());
  RC_ASSERT(text_of(again) == text_of(state));
}

}  // namespace
}  // namespace hpopt
