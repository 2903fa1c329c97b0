#include "engine/opening.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"
#include "engine/session.h"
#include "storage/memory_store.h"
#include "study/lease_keeper.h"

namespace hpopt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OpeningTest : public ::testing::Test {
 protected:
  OpeningTest() {
    directory_ = testing::fresh_folder();
    write("print(1)");
    spec_.name = "s";
    spec_.command = {"python3", "train.py", "--lr", "${lr}"};
    spec_.objectives = {{.name = "acc"}};
    spec_.time_seconds = 60;
    EXPECT_TRUE(spec_.space.add({.name = "lr", .domain = FloatDomain{1e-5, 1, Scale::kLog}}).ok());
  }

  void write(const std::string& script) { std::ofstream(directory_ + "/train.py") << script; }
  Found find() { return find_study(*store_, spec_, directory_).value(); }
  Opened open(Choice choice = Choice::kAuto, std::optional<double> more = {}) {
    return open_study(*store_, find(), spec_, directory_, choice, more, 1, clock_).value();
  }
  void spend(double seconds_spent) {
    auto journal = store_->open(find().study).value();
    auto lease = HeldLease::take(*journal, kRunner).value();
    ASSERT_TRUE(journal->beat(kRunner, lease.epoch(), from_seconds(seconds_spent)).ok());
  }

  std::string directory_;
  std::unique_ptr<Store> store_ = make_memory_store();
  SystemClock clock_;
  StudySpec spec_;
};

TEST_F(OpeningTest, NothingIsThere) {
  EXPECT_EQ(find().situation, Situation::kNew);
  EXPECT_TRUE(open().run);
  EXPECT_EQ(find().situation, Situation::kPartial);
}

TEST_F(OpeningTest, APartialStudyGoesOn) {
  const std::string first = open().study;
  spend(20);
  const Opened again = open();
  EXPECT_EQ(again.study, first);
  EXPECT_TRUE(again.run);
  EXPECT_THAT(again.line, HasSubstr("40 s left"));
}

TEST_F(OpeningTest, AFinishedStudyIsReusedUnlessToldOtherwise) {
  const std::string first = open().study;
  spend(60);
  EXPECT_EQ(find().situation, Situation::kFinished);
  EXPECT_FALSE(open().run);
  EXPECT_FALSE(open(Choice::kReuse).run);

  const Opened extended = open(Choice::kExtend, 30);
  EXPECT_EQ(extended.study, first);
  EXPECT_TRUE(extended.run);
  EXPECT_EQ(find().situation, Situation::kPartial);
  EXPECT_DOUBLE_EQ(*find().state.budget_seconds(), 90);

  const Opened fresh = open(Choice::kFresh);
  EXPECT_NE(fresh.study, first);
  EXPECT_TRUE(fresh.run);
  EXPECT_EQ(store_->list().value().size(), 2U);  // nothing is deleted by starting over
}

TEST_F(OpeningTest, ALargerTimeMeansThatTotal) {
  open();
  spend(60);
  spec_.time_seconds = 100;
  EXPECT_TRUE(open().run);
  EXPECT_DOUBLE_EQ(*find().state.budget_seconds(), 100);
}

TEST_F(OpeningTest, ATimeBoundsAStudyThatHadNone) {
  spec_.time_seconds.reset();
  spec_.run_cap = 1000;
  const std::string first = open().study;
  spend(50);
  spec_.time_seconds = 30;
  const Opened again = open();
  EXPECT_EQ(again.study, first);
  EXPECT_THAT(again.line, HasSubstr("30 s left"));
  EXPECT_DOUBLE_EQ(*find().state.budget_seconds(), 80);
}

TEST_F(OpeningTest, AStudyThatEndedWithoutAnAnswerGoesOn) {
  const std::string first = open().study;
  auto session = Session::open(store_->open(first).value(), clock_).value();
  {
    auto decider = HeldLease::take(session->journal(), kDecider).value();
    ASSERT_TRUE(session->append({StudyEnded{decider.epoch(), {}}}, Durability::kSynced).ok());
  }
  EXPECT_EQ(find().situation, Situation::kPartial);
  EXPECT_TRUE(open().run);
}

TEST_F(OpeningTest, AChangedScriptIsNotReusedInSilence) {
  const std::string first = open().study;
  write("print(2)");
  EXPECT_EQ(find().situation, Situation::kFilesChanged);
  EXPECT_THAT(find().differences, ElementsAre(HasSubstr("train.py")));
  EXPECT_EQ(open().study, first);  // partial: goes on
  spend(60);
  const Opened after = open();
  EXPECT_TRUE(after.run);
  EXPECT_NE(after.study, first);
}

TEST_F(OpeningTest, AFileThatTheTrialsWriteIsNoChange) {
  spec_.command.insert(spec_.command.end(), {"--out", "result.csv"});
  open();
  std::ofstream(directory_ + "/result.csv") << "step,acc";
  EXPECT_EQ(find().situation, Situation::kPartial);
  spend(60);
  EXPECT_FALSE(open().run);
}

TEST_F(OpeningTest, AChangedSpaceShowsTheDifferenceAndStartsANewStudy) {
  const std::string first = open().study;
  StudySpec wider;
  wider.name = spec_.name;
  wider.command = spec_.command;
  wider.objectives = spec_.objectives;
  wider.time_seconds = 60;
  ASSERT_TRUE(wider.space.add({.name = "lr", .domain = FloatDomain{1e-6, 1, Scale::kLog}}).ok());
  spec_ = wider;
  const Found found = find();
  EXPECT_EQ(found.situation, Situation::kQuestionChanged);
  ASSERT_EQ(found.differences.size(), 1U);
  EXPECT_THAT(found.differences[0], HasSubstr("lr"));
  EXPECT_NE(open().study, first);
}

TEST_F(OpeningTest, AStudyThatRunsIsRefusedByName) {
  auto journal = store_->open(open().study).value();
  auto lease = HeldLease::take(*journal, kRunner).value();
  const auto found = find_study(*store_, spec_, directory_);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, Code::kBusy);
  EXPECT_THAT(found.error().message(), HasSubstr("runs already"));
}

TEST_F(OpeningTest, AnExtensionThatIsRepeatedAfterAKillExtendsOnce) {
  const std::string first = open().study;
  spend(60);
  open(Choice::kExtend, 30);
  EXPECT_DOUBLE_EQ(*find().state.budget_seconds(), 90);
  const Opened repeated = open(Choice::kExtend, 30);
  EXPECT_EQ(repeated.study, first);
  EXPECT_TRUE(repeated.run);
  EXPECT_THAT(repeated.line, HasSubstr("30 s left; it was extended by 30 s before"));
  EXPECT_DOUBLE_EQ(*find().state.budget_seconds(), 90);
  open(Choice::kExtend, 10);  // another command
  EXPECT_DOUBLE_EQ(*find().state.budget_seconds(), 100);
  spend(40);
  open(Choice::kExtend, 10);  // the time of the last one is used up
  EXPECT_DOUBLE_EQ(*find().state.budget_seconds(), 110);
}

TEST_F(OpeningTest, AnExtensionOfTwoProcessesAtOnceIsOne) {
  open();
  spend(60);
  const Found seen = find();  // by both
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(open_study(*store_, seen, spec_, directory_, Choice::kExtend, 30, 1, clock_).ok());
  }
  EXPECT_DOUBLE_EQ(*find().state.budget_seconds(), 90);
  spec_.time_seconds = 200;
  const Found again = find();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(open_study(*store_, again, spec_, directory_, Choice::kAuto, {}, 1, clock_).ok());
  }
  EXPECT_DOUBLE_EQ(*find().state.budget_seconds(), 200);
}

TEST_F(OpeningTest, ALargerTimeAndAnExtensionBothCount) {
  open();
  spec_.time_seconds = 90;
  open();  // 30 more, as a total
  open(Choice::kExtend, 30);
  EXPECT_DOUBLE_EQ(*find().state.budget_seconds(), 120);
}

TEST_F(OpeningTest, AnotherQuestionCannotBeExtended) {
  open();
  spec_.command.insert(spec_.command.end(), {"--data", "b"});
  const auto opened =
      open_study(*store_, find(), spec_, directory_, Choice::kExtend, 30, 1, clock_);
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error().message(), HasSubstr("another question"));
}

TEST_F(OpeningTest, AFolderThatIsGoneIsSaidAndMended) {
  const std::string first = open().study;
  const std::string elsewhere = testing::fresh_folder();
  std::filesystem::remove_all(directory_);
  const auto lost = find_study(*store_, spec_, elsewhere).value();
  EXPECT_EQ(lost.directory, directory_);
  const auto refused = open_study(*store_, lost, spec_, elsewhere, Choice::kAuto, {}, 1, clock_);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(), HasSubstr("--here"));
  EXPECT_TRUE(open_study(*store_, lost, spec_, elsewhere, Choice::kReuse, {}, 1, clock_).ok());

  const auto moved = find_study(*store_, spec_, elsewhere, true).value();
  EXPECT_EQ(open_study(*store_, moved, spec_, elsewhere, Choice::kAuto, {}, 1, clock_)->study,
            first);
  EXPECT_EQ(find().directory, elsewhere) << "for good";
}

TEST_F(OpeningTest, StudiesAreFoundByNameAndMissesAreNamed) {
  EXPECT_THAT(resolve_study(*store_, "").error().message(), HasSubstr("hpopt run"));
  const std::string first = open().study;
  EXPECT_EQ(resolve_study(*store_, "").value().id, first);
  EXPECT_EQ(resolve_study(*store_, "s").value().id, first);
  EXPECT_EQ(resolve_study(*store_, first).value().id, first);
  EXPECT_EQ(resolve_study(*store_, "x").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace hpopt
