#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sampler/history.h"
#include "sampler/testing.h"
#include "scheduler/asha.h"
#include "scheduler/median_stop.h"
#include "scheduler/rungs.h"
#include "scheduler/words.h"

namespace hpopt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Rungs, AreGeometricWholeAndDistinct) {
  EXPECT_THAT(geometric_rungs(1, 3, 27), ElementsAre(1, 3, 9));
  EXPECT_THAT(geometric_rungs(1, 3, 28), ElementsAre(1, 3, 9, 27));
  EXPECT_THAT(geometric_rungs(1, 1.3, 6), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(geometric_rungs(2.5, 4, 100), ElementsAre(3, 10, 40));
  EXPECT_THAT(geometric_rungs(5, 3, 5), IsEmpty());
}

TEST(Rungs, CountedDownKeepTheirPlacesWhenOneIsAdded) {
  EXPECT_THAT(rungs_below(50, 3, 2, 1), ElementsAre(6, 17));
  EXPECT_THAT(rungs_below(50, 3, 3, 1), ElementsAre(2, 6, 17));
  EXPECT_THAT(rungs_below(50, 3, 3, 3), ElementsAre(6, 17));
  EXPECT_THAT(rungs_below(2, 3, 3, 1), ElementsAre(1));
  EXPECT_THAT(rungs_below(1, 3, 3, 1), IsEmpty());
}

TEST(Words, Ordinals) {
  EXPECT_EQ(ordinal(1) + ordinal(2) + ordinal(3) + ordinal(4), "1st2nd3rd4th");
  EXPECT_EQ(ordinal(11) + ordinal(112) + ordinal(23), "11th112th23rd");
}

/// A study of one parameter, looked at after steps 1 and 3 of 9.
class Field {
 public:
  explicit Field(bool maximize) : study_(spec(maximize)) { history.set_levels({1, 3}, 9); }

  /// A trial that ran for so many values and now pauses (or still runs).
  TrialId add(const std::vector<double>& curve, bool pauses = true, double until = 1) {
    const auto x = static_cast<double>(study_.state.trials().size());
    const TrialId id = study_.suggest({{"x", x}});
    study_.start(id, until);
    go_on(id, curve);
    if (pauses) study_.pause(id);
    return id;
  }
  void go_on(TrialId id, const std::vector<double>& values) {
    for (double value : values) {
      const double step = state().find(id)->last_step() + 1;
      study_.report(id, step, value, ++elapsed_);
    }
    history.sync(study_.state);
  }
  void resume(TrialId id, double until) { study_.start(id, until); }
  void pause(TrialId id) { study_.pause(id); }
  void end(TrialId id, Cause cause) {
    study_.end(id, cause);
    history.sync(study_.state);
  }
  void report(TrialId id, double step, double value) {
    study_.report(id, step, value, ++elapsed_);
    history.sync(study_.state);
  }

  [[nodiscard]] const StudyState& state() const { return study_.state; }
  Judgement judge(const Scheduler& scheduler, TrialId id) {
    history.sync(study_.state);
    return scheduler.judge(state(), history.standings(), *state().find(id));
  }
  std::optional<ResumeAction> promote(const Scheduler& scheduler) {
    history.sync(study_.state);
    return scheduler.promote(state(), history.standings());
  }

  History history;

 private:
  static StudySpec spec(bool maximize) {
    StudySpec spec;
    Objective objective;
    objective.name = "score";
    objective.maximize = maximize;
    spec.objectives = {objective};
    spec.space.add(Parameter{.name = "x", .domain = FloatDomain{0, 1000}}).value();
    return spec;
  }

  testing::StudyUnderTest study_;
  double elapsed_ = 0;
};

TEST(Asha, PromotesTheBestThirdOnceThereIsOne) {
  const Asha asha({});
  for (const bool maximize : {true, false}) {
    Field field(maximize);
    const double sign = maximize ? 1 : -1;
    field.add({sign * 0.5});
    field.add({sign * 0.7});
    EXPECT_FALSE(field.promote(asha)) << "two trials have no best third";
    field.add({sign * 0.6});
    const auto promoted = field.promote(asha);
    ASSERT_TRUE(promoted);
    EXPECT_EQ(promoted->trial, 2U);
    EXPECT_EQ(promoted->until_step, 3);
    EXPECT_THAT(promoted->decision.reason, HasSubstr("is 1st of 3, in the best third"));
    field.resume(2, 3);
    EXPECT_FALSE(field.promote(asha)) << "the only place of three is taken";
  }
}

TEST(Asha, PrefersTheHighestRung) {
  const Asha asha({});
  Field field(true);
  for (int i = 0; i < 9; ++i) field.add({0.1 * i});
  for (const TrialId id : {7U, 8U, 9U}) {
    field.resume(id, 3);
    field.go_on(id, {0.2, id == 8 ? 0.9 : 0.3});
    field.pause(id);
  }
  field.add({0.75});
  field.add({0.76});
  field.add({0.77});
  const auto first = field.promote(asha);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->trial, 8U);
  EXPECT_EQ(first->until_step, 0) << "the next is the whole training";
  field.resume(8, 0);
  const auto second = field.promote(asha);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->trial, 12U) << "0.8, 0.77, 0.76, 0.75 are the best third of twelve";
}

TEST(Asha, EqualScoresGoByNumber) {
  const Asha asha({});
  Field field(false);
  for (int i = 0; i < 6; ++i) field.add({0.5});
  EXPECT_EQ(field.promote(asha)->trial, 1U);
  field.resume(1, 3);
  EXPECT_EQ(field.promote(asha)->trial, 2U);
}

TEST(Asha, FailuresCountAsCompetitorsButDoNotGoOn) {
  const Asha asha({});
  Field field(true);
  field.add({0.5});
  for (int i = 0; i < 2; ++i) {
    const TrialId id = field.add({}, false);
    field.end(id, Cause::kFailed);
  }
  EXPECT_EQ(field.promote(asha)->trial, 1U);
  field.resume(1, 3);
  EXPECT_FALSE(field.promote(asha));
}

TEST(Asha, PausesAtRungsAndNowhereElse) {
  const Asha asha({});
  Field field(true);
  const TrialId first = field.add({0.1}, false, 0);
  EXPECT_EQ(field.judge(asha, first).course, Course::kContinue) << "the first goes through";
  const TrialId second = field.add({0.2}, false);
  EXPECT_EQ(field.judge(asha, second).course, Course::kPause);
  field.pause(second);
  field.resume(second, 3);
  field.go_on(second, {0.3});
  EXPECT_EQ(field.judge(asha, second).course, Course::kContinue);
  field.go_on(second, {0.3});
  EXPECT_EQ(field.judge(asha, second).course, Course::kPause);
}

TEST(Asha, ARunThatBeganAnewIsNotJudgedAtTheStepsItRepeats) {
  const Asha asha({.first_goes_through = false});
  Field field(true);
  const TrialId id = field.add({0.1});
  field.resume(id, 3);
  field.report(id, 1, 0.1);
  EXPECT_EQ(field.judge(asha, id).course, Course::kContinue);
  field.go_on(id, {0.2, 0.3});
  EXPECT_EQ(field.judge(asha, id).course, Course::kPause);
}

TEST(Asha, WherePausesAreDearTheGoodGoOnAtOnce) {
  const Asha asha({.first_goes_through = false, .pauses_are_dear = true});
  Field field(true);
  EXPECT_EQ(field.judge(asha, field.add({0.5}, false, 0)).course, Course::kContinue);
  EXPECT_EQ(field.judge(asha, field.add({0.4}, false, 0)).course, Course::kPause);
  EXPECT_EQ(field.judge(asha, field.add({0.6}, false, 0)).course, Course::kContinue);
}

TEST(MedianStop, StopsWhatIsWorseThanTheMedianOfAverages) {
  const MedianStop median({.first_step = 2});
  Field field(false);
  // Averages by step 2: 1.5, 2.5, 3.5, 4.5, 0.5; their median is 2.5.
  for (const double start : {1.0, 2.0, 3.0, 4.0, 0.0}) field.add({start, start + 1, 9});
  const TrialId even = field.add({3, 2.5}, false, 0);
  EXPECT_EQ(field.judge(median, even).course, Course::kContinue) << "2.5 is not worse than 2.5";
  const TrialId worse = field.add({3, 2.6}, false, 0);
  const Judgement stopped = field.judge(median, worse);
  // With `even` the averages are 0.5, 1.5, 2.5, 2.75, 3.5, 4.5: 2.6 is not worse than 2.75.
  EXPECT_EQ(stopped.course, Course::kContinue);
  const TrialId bad = field.add({4, 4}, false, 0);
  EXPECT_EQ(field.judge(median, bad).course, Course::kStop);
  EXPECT_THAT(field.judge(median, bad).decision.reason, HasSubstr("is worse than 2.75"));
}

TEST(MedianStop, WaitsForTheFirstStepAndEnoughOthers) {
  Field field(true);
  for (int i = 0; i < 3; ++i) field.add({0.9, 0.9});
  const TrialId id = field.add({0.1, 0.1}, false, 0);
  EXPECT_EQ(field.judge(MedianStop({}), id).course, Course::kContinue);
  field.add({0.9, 0.9});
  EXPECT_EQ(field.judge(MedianStop({}), id).course, Course::kStop);
  EXPECT_EQ(field.judge(MedianStop({.first_step = 3}), id).course, Course::kContinue);
  EXPECT_EQ(field.judge(MedianStop({.course = Course::kPause}), id).course, Course::kPause);
}

}  // namespace
}  // namespace hpopt
