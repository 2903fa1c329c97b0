#include "cli/display.h"

#include <gtest/gtest.h>

#include "cli/sparkline.h"
#include "cli/table.h"

namespace hpopt {
namespace {

TEST(Display, MeasuresWideAndCombiningCharacters) {
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("é"), 1);
  EXPECT_EQ(display_width("e\u0301"), 1);
  EXPECT_EQ(display_width("深い"), 4);
  EXPECT_EQ(display_width("\xff\xfe"), 2);
}

TEST(Display, CutsBetweenCharacters) {
  const Look look;
  EXPECT_EQ(fit("abcdef", 6, look), "abcdef");
  EXPECT_EQ(fit("abcdef", 5, look), "abcd…");
  EXPECT_EQ(fit("深い学習", 5, look), "深い…");
  EXPECT_EQ(fit("深い学習", 4, look), "深…");
  EXPECT_EQ(fit("abc", 0, look), "");
  EXPECT_EQ(fit("a\x1b[31m\nb", 20, look), "a [31m b");
  EXPECT_EQ(fit("abcdef", 3, {.unicode = false}), "ab~");
}

TEST(Display, WrapsAtBlanks) {
  EXPECT_EQ(wrap("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap("unbreakable", 4), (std::vector<std::string>{"unbreakable"}));
}

TEST(Table, AlignsAndCutsTheElasticColumn) {
  const Table table{.columns = {{.title = "trial", .right = true},
                                {.title = "empty"},
                                {.title = "parameters", .elastic = true}},
                    .rows = {{"1", "", "lr=0.1 width=64"}, {"23", "", "lr=1"}},
                    .inks = {}};
  EXPECT_EQ(draw(table, {.width = 80}),
            "trial  parameters\n"
            "    1  lr=0.1 width=64\n"
            "   23  lr=1\n");
  EXPECT_EQ(draw(table, {.width = 16}),
            "trial  paramete…\n"
            "    1  lr=0.1 w…\n"
            "   23  lr=1\n");
}

TEST(Sparkline, GoesFromTheLeastToTheMost) {
  EXPECT_EQ(sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 8, true), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(sparkline({0, 1, 2, 3}, 2, true), "▃█");
  EXPECT_EQ(sparkline({1, 1}, 8, false), "++");
  EXPECT_EQ(sparkline({0, std::stod("nan"), 1}, 8, false), "_ #");
  EXPECT_EQ(sparkline({}, 8, true), "");
}

}  // namespace
}  // namespace hpopt
