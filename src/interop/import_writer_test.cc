#include "interop/import_writer.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "engine/failing_journal.h"
#include "interop/testing.h"
#include "spec/study_spec.h"

namespace hpopt {
namespace {

using testing::FailingJournal;

ImportedTrial told(TrialState state, std::vector<std::pair<double, double>> curve,
                   std::optional<double> value) {
  return {.label = "7",
          .state = state,
          .configuration = {{"lr", 0.5}},
          .curve = std::move(curve),
          .value = value};
}

ImportedStudy study_of(std::vector<ImportedTrial> trials) {
  ImportedStudy study{.name = "digits", .origin = "Optuna 5.0.0"};
  study.objective.maximize = true;
  (void)study.space.add({.name = "lr", .domain = FloatDomain{0, 1}});
  study.trials = std::move(trials);
  return study;
}

class ImportWriterTest : public ::testing::Test {
 protected:
  std::unique_ptr<Journal> journal_of(const ImportedStudy& study) {
    const Created created{.name = study.name,
                          .spec = to_json(spec_of(study)).dump(),
                          .fingerprint = "{}",
                          .directory = "/",
                          .parent = {}};
    return store_->open(store_->create(created, {}).value()).value();
  }
  StudyState written(const ImportedStudy& study) {
    return write_import(*journal_of(study), study, clock_).value();
  }

  std::unique_ptr<Store> store_ = make_memory_store();
  ManualClock clock_;
};

TEST_F(ImportWriterTest, StatesBecomeOurs) {
  const StudyState state = written(study_of({
      told(TrialState::kComplete, {{1, 0.5}, {2, 0.75}}, 0.75),
      told(TrialState::kStopped, {{1, 0.25}}, 0.25),
      told(TrialState::kFailed, {}, {}),
      told(TrialState::kWaiting, {}, {}),
      told(TrialState::kPaused, {{1, 0.1}}, {}),
      told(TrialState::kComplete, {}, std::numeric_limits<double>::infinity()),
      told(TrialState::kComplete, {}, {}),
      told(TrialState::kCancelled, {}, 0.9),
      told(TrialState::kOutOfMemory, {}, {}),
  }));
  const TrialCounts expected{
      .paused = 1, .complete = 1, .stopped = 1, .failed = 2, .out_of_memory = 1, .diverged = 1};
  EXPECT_EQ(state.counts(), expected);
  EXPECT_EQ(state.best(), 1U);
  EXPECT_EQ(state.best_score(), 0.75);
  EXPECT_EQ(state.learnt_length(), 2);
  EXPECT_EQ(state.find(1)->suggested.reason, "trial 7 of digits, Optuna 5.0.0");
  EXPECT_EQ(state.find(3)->exit_code, 1);
  EXPECT_EQ(state.find(4)->decisions.back().reason, "it had not ended in Optuna 5.0.0");
  EXPECT_FALSE(state.ended());
}

TEST_F(ImportWriterTest, AResultThatIsTheBestOfItsCurveNeedsNoReport) {
  const StudyState state =
      written(study_of({told(TrialState::kComplete, {{1, 0.75}, {2, 0.5}}, 0.75)}));
  EXPECT_EQ(state.spec().objectives.front().over, Over::kBest);
  EXPECT_EQ(state.find(1)->reports.size(), 2U);
  EXPECT_EQ(state.best_score(), 0.75);
}

TEST_F(ImportWriterTest, AResultThatIsNotInItsCurveComesBehindIt) {
  const StudyState state =
      written(study_of({told(TrialState::kComplete, {{1, 0.75}, {2, 0.5}}, 0.25)}));
  EXPECT_EQ(state.spec().objectives.front().over, Over::kLast);
  ASSERT_EQ(state.find(1)->reports.size(), 3U);
  EXPECT_EQ(state.find(1)->reports.back().step, 3);
  EXPECT_EQ(state.best_score(), 0.25);
}

TEST_F(ImportWriterTest, KeepsTimesAndOtherNumbers) {
  ImportedTrial trial = told(TrialState::kComplete, {}, 0.5);
  trial.started_utc_ms = 1'767'225'600'000;
  trial.ended_utc_ms = 1'767'225'602'500;
  trial.numbers = {{"loss", 0.125}, {"score", 9}};
  const StudyState state = written(study_of({trial, told(TrialState::kComplete, {}, 0.25)}));
  const TrialRecord& kept = *state.find(1);
  EXPECT_EQ(kept.started_utc_ms, trial.started_utc_ms);
  EXPECT_EQ(kept.ended_utc_ms, trial.ended_utc_ms);
  EXPECT_EQ(kept.elapsed, 2.5);
  ASSERT_EQ(kept.readings.size(), 1U);
  EXPECT_EQ(state.metric_names()[kept.readings[0].metric], "loss");
  EXPECT_EQ(kept.readings[0].value, 0.125);
  EXPECT_EQ(state.find(2)->started_utc_ms, 0);
}

TEST_F(ImportWriterTest, NothingIsAddedTwice) {
  const ImportedStudy study = study_of({told(TrialState::kComplete, {}, 0.5)});
  const auto journal = journal_of(study);
  const Revision head = write_import(*journal, study, clock_).value().revision();
  EXPECT_EQ(write_import(*journal, study, clock_).value().revision(), head);
}

/// The disk is full once the time was asked so often.
class FillsTheDisk final : public Clock {
 public:
  FillsTheDisk(int calls, FailingJournal::Mood& mood) : left_(calls), mood_(mood) {}
  [[nodiscard]] Nanos monotonic() const override {
    if (--left_ < 0) mood_ = FailingJournal::Mood::kFull;
    return Nanos(0);
  }
  [[nodiscard]] std::int64_t utc_ms() const override { return 1; }

 private:
  mutable int left_;
  FailingJournal::Mood& mood_;
};

TEST_F(ImportWriterTest, GoesOnWhereItWasInterrupted) {
  constexpr std::size_t kTrials = 2500;
  std::vector<ImportedTrial> trials;
  for (std::size_t i = 0; i < kTrials; ++i) {
    trials.push_back(told(TrialState::kComplete, {}, static_cast<double>(i)));
    trials.back().label = std::to_string(i);
  }
  const ImportedStudy study = study_of(trials);
  const auto whole = journal_of(study);
  const StudyState expected = write_import(*whole, study, clock_).value();

  auto mood = FailingJournal::Mood::kWell;
  FailingJournal journal(journal_of(study), mood);
  const FillsTheDisk clock(4 * 1500, mood);
  EXPECT_FALSE(write_import(journal, study, clock).ok());
  mood = FailingJournal::Mood::kWell;
  const StudyState resumed = write_import(journal, study, clock_).value();
  ASSERT_EQ(resumed.trials().size(), kTrials);
  EXPECT_EQ(resumed.sessions(), 2U);
  for (TrialId id = 1; id <= kTrials; ++id) {
    EXPECT_EQ(resumed.score(*resumed.find(id)), expected.score(*expected.find(id)));
    EXPECT_EQ(resumed.find(id)->suggested.reason, expected.find(id)->suggested.reason);
  }
}

TEST(ImportDigest, TellsWhatDiffers) {
  const ImportedStudy study = study_of({told(TrialState::kComplete, {{1, 0.5}}, 0.5)});
  ImportedStudy other = study;
  EXPECT_EQ(digest_of(study), digest_of(other));
  other.trials[0].curve[0].second = 0.25;
  EXPECT_NE(digest_of(study), digest_of(other));
  other = study;
  other.objective.maximize = false;
  EXPECT_NE(digest_of(study), digest_of(other));
}

}  // namespace
}  // namespace hpopt
