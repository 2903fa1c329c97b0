#include "cli/live_block.h"

#include <limits>

#include <gtest/gtest.h>

#include "base/text.h"

namespace hpopt {
namespace {

Progress digits() {
  Progress progress;
  progress.study = "digits";
  progress.metric = "val_accuracy";
  progress.used = 25.6;
  progress.budget = 60;
  progress.phase = "running";
  progress.full_length = 40;
  progress.workers = 2;
  progress.best = BestTrial{.trial = 17,
                            .score = 0.986111,
                            .step = 12,
                            .confirmed = false,
                            .params = "lr=0.01234 optimizer=adam width=128"};
  progress.running = {
      {.trial = 21, .step = 7, .until = 12, .value = 0.9712, .params = "lr=0.5 width=8"},
      {.trial = 22, .step = 0, .until = 1, .value = {}, .params = "lr=0.002 width=200"}};
  progress.counts.complete = 1;
  progress.counts.stopped = 12;
  progress.counts.paused = 3;
  return progress;
}

std::string drawn(const Progress& progress, const Look& look, int most_lines = 20) {
  return join(draw_live(progress, look, most_lines), "\n");
}

TEST(LiveBlock, At80Columns) {
  EXPECT_EQ(drawn(digits(), {.width = 80}),
            "━━━━━━━━━━━━━━━━━─────────────────────── "
            " 42%  0:35 left\n"
            "best  val_accuracy 0.986111  trial 17  step 12/40\n"
            "      lr=0.01234 optimizer=adam width=128\n"
            "run     21  step 7/12     0.9712     lr=0.5 width=8\n"
            "        22  starts                   lr=0.002 width=200\n"
            "1 done  12 stopped  3 paused  0 failed");
}

TEST(LiveBlock, TellsAStepThatIsBeyondItsLimitOfTheFullLength) {
  Progress progress = digits();
  progress.running = {{.trial = 3, .step = 28, .until = 17, .value = 0.5, .params = ""}};
  EXPECT_NE(drawn(progress, {.width = 80}).find("step 28/40"), std::string::npos);
  progress.full_length = 0;
  EXPECT_NE(drawn(progress, {.width = 80}).find("step 28  "), std::string::npos);
}

TEST(LiveBlock, TellsForHowLongATrialHasHadNoScore) {
  Progress progress = digits();
  progress.running = {{.trial = 3, .value = {}, .seconds = 3.5, .params = "lr=1"}};
  EXPECT_NE(drawn(progress, {.width = 80}).find("   3  no score yet, 3 s        lr=1"),
            std::string::npos);
}

TEST(LiveBlock, At40ColumnsInAscii) {
  EXPECT_EQ(drawn(digits(), {.width = 40, .unicode = false}),
            "##########--------------  42%  0:35 left\n"
            "best  val_accuracy 0.986111  trial 17  ~\n"
            "      lr=0.01234 optimizer=adam width=1~\n"
            "run     21  step 7/12     0.9712     lr~\n"
            "        22  starts                   lr~\n"
            "1 done  12 stopped  3 paused  0 failed");
}

TEST(LiveBlock, NeverGetsWiderThanTheTerminal) {
  Progress progress = digits();
  progress.best->params = "modèle=深層学習ネットワーク optimizer=adam";
  for (int width = 1; width <= 120; ++width) {
    for (const std::string& line : draw_live(progress, {.width = width}, 20)) {
      EXPECT_LE(display_width(line), width) << line;
    }
  }
}

TEST(LiveBlock, ShowsAsManyTrialsAsThereIsRoomFor) {
  Progress progress = digits();
  for (TrialId trial = 23; trial < 40; ++trial)
    progress.running.push_back({.trial = trial, .params = ""});
  const auto lines = draw_live(progress, {.width = 80}, 8);
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_EQ(lines[6], "      and 16 more trials");
}

TEST(LiveBlock, CountsTrialsWhenThereIsNoTime) {
  Progress progress = digits();
  progress.budget = std::numeric_limits<double>::infinity();
  progress.run_cap = 26;
  EXPECT_EQ(draw_live(progress, {.width = 40, .unicode = false}, 20).front(),
            "###############--------------  50%  0:25");
}

TEST(LiveBlock, ColoursOnlyWhereTheyAreWanted) {
  EXPECT_EQ(drawn(digits(), {.width = 80}).find('\x1b'), std::string::npos);
  const std::string colored = drawn(digits(), {.width = 80, .color = true});
  EXPECT_NE(colored.find("\x1b[1mval_accuracy 0.986111\x1b[0m"), std::string::npos);
}

TEST(LiveBlock, SaysThatItIsPausing) {
  Progress progress = digits();
  progress.phase = "pausing";
  progress.best.reset();
  const auto lines = draw_live(progress, {.width = 80}, 20);
  EXPECT_TRUE(lines[0].ends_with("pausing"));
  EXPECT_EQ(lines[1], "best  none yet");
}

}  // namespace
}  // namespace hpopt
