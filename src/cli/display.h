// Display: text measured in the columns of a terminal, cut to fit, and coloured.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hpopt {

/// How the place that text goes to looks.
struct Look {
  int width = 80;  ///< Columns.
  bool color = false;
  bool unicode = true;  ///< Else ASCII only in what we draw ourselves.
};

/// Columns that UTF-8 text takes: wide characters two, combining ones none; control characters and
/// broken bytes count one.
[[nodiscard]] int display_width(std::string_view text);

/// The text, or its beginning and an ellipsis, in at most `width` columns. Control characters,
/// which would move the cursor, become blanks.
[[nodiscard]] std::string fit(std::string_view text, int width, const Look& look);

/// Blanks up to `width` columns, behind or before the text; longer text is left as it is.
[[nodiscard]] std::string pad_right(std::string_view text, int width);
[[nodiscard]] std::string pad_left(std::string_view text, int width);

enum class Ink { kPlain, kBold, kDim, kGreen, kRed, kYellow, kCyan };

/// The text in that ink, when the look has colours.
[[nodiscard]] std::string paint(std::string_view text, Ink ink, const Look& look);

/// Stretches of one line, each in its ink, cut together to the look's width.
struct Stretch {
  std::string text;
  Ink ink = Ink::kPlain;
};
[[nodiscard]] std::string draw_line(const std::vector<Stretch>& stretches, const Look& look);

/// Broken at blanks into lines of at most `width` columns; longer words stand alone.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, int width);

}  // namespace hpopt
