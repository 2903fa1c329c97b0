#include "exec/names_seen.h"

#include <gtest/gtest.h>

namespace hpopt {
namespace {

TEST(NamesSeen, TellsWhatWasSeenAndMeant) {
  NamesSeen seen;
  seen.add("loss");
  seen.add("val_accuracy");
  seen.add("loss");
  EXPECT_EQ(seen.missing("val_acuracy"),
            "metric 'val_acuracy' was never printed; seen: loss, val_accuracy; did you mean "
            "'val_accuracy'?");
  EXPECT_TRUE(seen.has("loss"));
  EXPECT_FALSE(seen.has("val_acuracy"));
}

TEST(NamesSeen, TellsWhatToPrintWhenNothingWasSeen) {
  EXPECT_EQ(
      NamesSeen().missing("acc"),
      "metric 'acc' was never printed, and nothing else that could be understood; print a line "
      "such as 'acc: 0.91'");
}

TEST(NamesSeen, ShowsTheFirstFewOnly) {
  NamesSeen seen;
  for (int i = 0; i < 20; ++i) seen.add("metric_number_" + std::to_string(i));
  EXPECT_NE(seen.missing("zzz").find(", ..."), std::string::npos);
  EXPECT_EQ(seen.missing("zzz").find("did you mean"), std::string::npos);
}

TEST(MeantName, LooksPastCaseAndSigns) {
  EXPECT_EQ(meant_name("val_acc", {"loss", "Val Acc"}), "Val Acc");
  EXPECT_EQ(meant_name("auc", {"training's binary_logloss", "valid_0's auc"}), "valid_0's auc");
  EXPECT_EQ(meant_name("accuracy", {"loss"}), "");
}

}  // namespace
}  // namespace hpopt
