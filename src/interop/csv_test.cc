#include "interop/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hpopt {
namespace {

using ::testing::ElementsAre;

std::string csv_complaint(std::string_view text) {
  const auto table = parse_csv(text, "t.csv");
  return table ? "" : table.error().message();
}

TEST(Csv, ReadsQuotesLineEndsAndBlankLines) {
  const auto table = parse_csv("a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n\r\n,2", "t.csv").value();
  EXPECT_THAT(table.columns, ElementsAre("a", "b"));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_THAT(table.rows[0].cells, ElementsAre("1", "x, \"y\"\nz"));
  EXPECT_EQ(table.rows[0].line, 2U);
  EXPECT_THAT(table.rows[1].cells, ElementsAre("", "2"));
  EXPECT_EQ(table.rows[1].line, 5U);
}

TEST(Csv, ALastEmptyCellIsACell) {
  const auto table = parse_csv("a,b\n1,\n2,\"\"\n", "t.csv").value();
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_THAT(table.rows[0].cells, ElementsAre("1", ""));
  EXPECT_THAT(table.rows[1].cells, ElementsAre("2", ""));
}

TEST(Csv, KnowsSemicolonsTabsAndAByteOrderMark) {
  EXPECT_THAT(parse_csv("\xEF\xBB\xBF"
                        "a;b\n1,5;2\n",
                        "t.csv")
                  .value()
                  .rows[0]
                  .cells,
              ElementsAre("1,5", "2"));
  EXPECT_THAT(parse_csv("a\tb\n1\t2\n", "t.csv").value().columns, ElementsAre("a", "b"));
}

TEST(Csv, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(csv_complaint(""), "t.csv: the table is empty (its first row names the columns)");
  EXPECT_EQ(csv_complaint("a,b\n1,2\n3\n"),
            "t.csv:3: the row has 1 cells, and the header 2 (quote cells that hold a separator)");
  EXPECT_EQ(csv_complaint("a\n\"x\ny"),
            "t.csv:2: a quote is opened and never closed (close it, or double it inside a cell)");
  EXPECT_EQ(csv_complaint("a,a\n1,2\n"), "t.csv: the column 'a' stands twice (rename one of them)");
  EXPECT_EQ(csv_complaint("a\n\xE9\n"),
            "t.csv: the table is no UTF-8 (convert it, as with iconv -f latin1 -t utf8)");
}

}  // namespace
}  // namespace hpopt
