#include "cli/question.h"

#include <deque>

#include <gtest/gtest.h>

namespace hpopt {
namespace {

/// Types the lines, and keeps what was shown.
struct Typist {
  std::deque<std::string> lines;
  std::string shown;

  Dialogue dialogue() {
    return {[this](const std::string& text) { shown += text; },
            [this]() -> std::optional<std::string> {
              if (lines.empty()) return std::nullopt;
              std::string line = lines.front();
              lines.pop_front();
              return line;
            }};
  }
};

Found finished() {
  Found found;
  found.situation = Situation::kFinished;
  found.finished = true;
  found.study = "abc";
  return found;
}

StudySpec spec() {
  StudySpec spec;
  spec.name = "digits";
  spec.time_seconds = 60;
  return spec;
}

TEST(Question, ReusesWhenEnterIsPressed) {
  Typist typist{{""}, {}};
  const auto decided = ask(finished(), spec(), typist.dialogue());
  ASSERT_TRUE(decided);
  EXPECT_EQ(decided->choice, Choice::kReuse);
  EXPECT_EQ(typist.shown,
            "  r  reuse its answer\n"
            "  e  extend it by 1 min, or `e 30m`\n"
            "  s  start over, knowing its trials\n"
            "  f  start over from nothing (it is kept)\n"
            "[r] ");
}

TEST(Question, AsksAgainUntilItUnderstands) {
  Typist typist{{"what?", "e soon", "e 30m"}, {}};
  const auto decided = ask(finished(), spec(), typist.dialogue());
  ASSERT_TRUE(decided);
  EXPECT_EQ(decided->choice, Choice::kExtend);
  EXPECT_EQ(decided->extend_seconds, 1800);
}

TEST(Question, IsAnErrorAtTheEndOfInput) {
  Typist typist{{}, {}};
  EXPECT_FALSE(ask(finished(), spec(), typist.dialogue()));
}

TEST(Question, OffersToGoOnWhenFilesChangedUnderAPartialStudy) {
  Found found = finished();
  found.situation = Situation::kFilesChanged;
  found.finished = false;
  found.differences = {"train.py: its content has changed"};
  EXPECT_TRUE(wants_question(found, spec()));
  EXPECT_EQ(describe_found(found, spec()),
            "study 'digits' is not finished, and files that its command names have changed:\n"
            "  train.py: its content has changed");
  Typist typist{{"g"}, {}};
  EXPECT_EQ(ask(found, spec(), typist.dialogue())->choice, Choice::kAuto);
}

TEST(Question, SaysWhoseAnswerIsReused) {
  Found found = finished();
  EXPECT_FALSE(reuses(found, spec(), Choice::kAuto)) << "there is more time";
  StudySpec asked = spec();
  asked.time_seconds.reset();
  EXPECT_TRUE(reuses(found, asked, Choice::kAuto));
  EXPECT_EQ(describe_reuse(found, asked), "its answer is reused");
  asked.run_cap = 9;
  EXPECT_EQ(
      describe_reuse(found, asked),
      "its answer is reused; it was run without --trials: start over with --restart for more");
  found.finished = false;
  found.situation = Situation::kPartial;
  EXPECT_FALSE(reuses(found, asked, Choice::kAuto));
  EXPECT_TRUE(reuses(found, asked, Choice::kReuse));
  EXPECT_EQ(describe_reuse(found, asked),
            "study 'digits' is not finished: its answer so far is reused");
  found.situation = Situation::kQuestionChanged;
  EXPECT_EQ(describe_reuse(found, asked), "its answer to the old question so far is reused");
}

TEST(Question, KnowsWhatMakesANewStudy) {
  Found found = finished();
  EXPECT_TRUE(begins_anew(Found{}, spec(), Choice::kAuto));
  EXPECT_FALSE(begins_anew(found, spec(), Choice::kAuto));
  EXPECT_TRUE(begins_anew(found, spec(), Choice::kFresh));
  found.situation = Situation::kQuestionChanged;
  EXPECT_TRUE(begins_anew(found, spec(), Choice::kAuto));
  EXPECT_FALSE(begins_anew(found, spec(), Choice::kExtend));
}

TEST(Question, OnlyYesConfirms) {
  for (const char* answer : {"y", "yes", " Y "}) {
    Typist typist{{answer}, {}};
    EXPECT_TRUE(confirm("delete it?", typist.dialogue())) << answer;
    EXPECT_EQ(typist.shown, "delete it? [y/N] ");
  }
  for (const char* answer : {"", "n", "yesterday"}) {
    Typist typist{{answer}, {}};
    EXPECT_FALSE(confirm("delete it?", typist.dialogue())) << answer;
  }
  Typist gone{{}, {}};
  EXPECT_FALSE(confirm("delete it?", gone.dialogue()));
}

TEST(Question, IsNotAskedWhenNothingIsThere) { EXPECT_FALSE(wants_question(Found{}, spec())); }

TEST(ChoiceOfFlags, RefusesTwo) {
  Invocation invocation;
  invocation.flags["--extend"] = {"30m"};
  EXPECT_EQ(choice_of_flags(invocation)->extend_seconds, 1800);
  invocation.flags["--fresh"] = {};
  EXPECT_FALSE(choice_of_flags(invocation));
}

}  // namespace
}  // namespace hpopt
