#include "exec/line_splitter.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace hpopt {
namespace {

struct Taken {
  std::vector<std::string> texts;
  std::string raw;
  LineSplitter splitter;

  void feed(std::string_view bytes) {
    splitter.feed(bytes, [this](const Record& record) { keep(record); });
  }
  void finish() {
    splitter.finish([this](const Record& record) { keep(record); });
  }
  void keep(const Record& record) {
    texts.push_back(record.text);
    raw += record.raw;
  }
};

TEST(LineSplitter, NewlineAndCarriageReturnEndARecord) {
  Taken taken;
  taken.feed("a\rb\nc");
  EXPECT_EQ(taken.texts, (std::vector<std::string>{"a", "b"}));
  taken.finish();
  EXPECT_EQ(taken.texts, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(LineSplitter, KeepsNoMoreThanItIsGranted) {
  Taken taken{.splitter = LineSplitter(100)};
  for (int i = 0; i < 50; ++i) {
    taken.feed(std::string(60, 'x'));
    EXPECT_GE(taken.raw.size() + 100, 60U * static_cast<unsigned>(i + 1));
  }
  taken.feed("\nval_acc: 1\n");
  EXPECT_EQ(taken.texts.back(), "val_acc: 1");
  EXPECT_EQ(taken.texts.front(), "") << "a piece is not understood";
}

TEST(LineSplitter, ALineMayComeInPieces) {
  Taken taken;
  taken.feed("val_acc");
  taken.feed(": 0.");
  taken.feed("91\nnext");
  EXPECT_EQ(taken.texts, (std::vector<std::string>{"val_acc: 0.91"}));
}

TEST(LineSplitter, TellsWhatIsOverwrittenOnAScreen) {
  LineSplitter splitter;
  std::vector<bool> overwritten;
  splitter.feed("10%\r20%\rdone\n",
                [&](const Record& record) { overwritten.push_back(record.overwritten); });
  EXPECT_EQ(overwritten, (std::vector<bool>{true, true, false}));
}

TEST(LineSplitter, AnOverlongLineIsPassedOnButNotUnderstood) {
  Taken taken;
  const std::string piece(LineSplitter::kLongest / 2, 'x');
  for (int i = 0; i < 5; ++i) taken.feed(piece);
  taken.feed(" loss: 0.5\nacc: 0.9\n");
  EXPECT_EQ(taken.raw.size(), 5 * piece.size() + 20);
  EXPECT_EQ(taken.texts.back(), "acc: 0.9");
  for (std::size_t i = 0; i + 1 < taken.texts.size(); ++i) EXPECT_EQ(taken.texts[i], "");
}

TEST(CleanText, StripsTerminalCodes) {
  EXPECT_EQ(clean_text("\x1b[1;32mloss: 0.3\x1b[0m"), "loss: 0.3");
  EXPECT_EQ(clean_text("\x1b]0;title\x07loss: 0.3"), "loss: 0.3");
  EXPECT_EQ(clean_text("\x1b]8;;http://a\x1b\\loss\x1b]8;;\x1b\\: 0.3"), "loss: 0.3");
  EXPECT_EQ(clean_text("\x1b(Bloss: 0.3\x1b[K"), "loss: 0.3");
  EXPECT_EQ(clean_text("a\b\bb\x1b"), "ab");
}

TEST(CleanText, ToleratesInvalidUtf8) {
  EXPECT_EQ(clean_text("\xff loss: 0.3"), "\xef\xbf\xbd loss: 0.3");
  EXPECT_EQ(clean_text("\xc3\xa9"), "\xc3\xa9");
  EXPECT_EQ(clean_text("\xe2\x96"), "\xef\xbf\xbd\xef\xbf\xbd");
}

RC_GTEST_PROP(LineSplitter, NoByteIsLost, (const std::vector<std::string>& pieces)) {
  Taken taken;
  std::string all;
  for (const std::string& piece : pieces) {
    taken.feed(piece);
    all += piece;
  }
  taken.finish();
  RC_ASSERT(taken.raw == all);
}

RC_GTEST_PROP(CleanText, IsItsOwnFixedPoint, (const std::string& bytes)) {
  const std::string once = clean_text(bytes);
  RC_ASSERT(clean_text(once) == once);
}

}  // namespace
}  // namespace hpopt
