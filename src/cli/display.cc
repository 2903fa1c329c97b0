#include "cli/display.h"

#include <algorithm>
#include <clocale>
#include <cwchar>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

/// One character of a text: its bytes and its columns.
struct Glyph {
  std::string_view bytes;
  int columns = 1;
  bool control = false;
};

/// glibc knows the widths of all characters, in a UTF-8 locale; the user's own locale may be "C".
locale_t utf8_locale() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

class LocaleScope {
 public:
  LocaleScope() : before_(utf8_locale() == nullptr ? nullptr : uselocale(utf8_locale())) {}
  LocaleScope(const LocaleScope&) = delete;
  LocaleScope& operator=(const LocaleScope&) = delete;
  ~LocaleScope() {
    if (before_ != nullptr) uselocale(before_);
  }

 private:
  locale_t before_;
};

bool is_control(wchar_t character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

/// REQUIRES: a LocaleScope, text not empty.
Glyph first_glyph(std::string_view text) {
  wchar_t character = 0;
  mbstate_t state{};
  const std::size_t size = mbrtowc(&character, text.data(), text.size(), &state);
  const bool broken = size == 0 || size > text.size();
  if (broken) return {text.substr(0, 1), 1, true};
  if (is_control(character)) return {text.substr(0, size), 1, true};
  return {text.substr(0, size), std::max(0, wcwidth(character)), false};
}

/// As many characters as there is room for; control characters become blanks.
std::string beginning(std::string_view text, int width) {
  const LocaleScope scope;
  std::string shown;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    if (glyph.columns > width) break;
    shown += glyph.control ? std::string_view(" ") : glyph.bytes;
    width -= glyph.columns;
    text.remove_prefix(glyph.bytes.size());
  }
  return shown;
}

std::string_view ellipsis(const Look& look) { return look.unicode ? "…" : "~"; }

std::string_view code(Ink ink) {
  switch (ink) {
    case Ink::kPlain:
      return "0";
    case Ink::kBold:
      return "1";
    case Ink::kDim:
      return "2";
    case Ink::kGreen:
      return "32";
    case Ink::kRed:
      return "31";
    case Ink::kYellow:
      return "33";
    case Ink::kCyan:
      return "36";
  }
  return "0";
}

}  // namespace

int display_width(std::string_view text) {
  const LocaleScope scope;
  int width = 0;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    width += glyph.columns;
    text.remove_prefix(glyph.bytes.size());
  }
  return width;
}

std::string fit(std::string_view text, int width, const Look& look) {
  if (width <= 0) return {};
  if (display_width(text) <= width) return beginning(text, width);
  return beginning(text, width - 1) + std::string(ellipsis(look));
}

std::string pad_right(std::string_view text, int width) {
  const int missing = std::max(0, width - display_width(text));
  return std::string(text) + std::string(static_cast<std::size_t>(missing), ' ');
}

std::string pad_left(std::string_view text, int width) {
  const int missing = std::max(0, width - display_width(text));
  return std::string(static_cast<std::size_t>(missing), ' ') + std::string(text);
}

std::string paint(std::string_view text, Ink ink, const Look& look) {
  if (!look.color || ink == Ink::kPlain || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code(ink), text);
}

std::string draw_line(const std::vector<Stretch>& stretches, const Look& look) {
  int total = 0;
  for (const Stretch& stretch : stretches) total += display_width(stretch.text);
  const bool cut = total > look.width;
  int left = cut ? look.width - 1 : look.width;  // an ellipsis takes the last column
  std::string line;
  for (const Stretch& stretch : stretches) {
    const std::string shown = beginning(stretch.text, left);
    line += paint(shown, stretch.ink, look);
    left -= display_width(shown);
    if (display_width(stretch.text) > display_width(shown)) break;
  }
  if (cut && look.width > 0) line += ellipsis(look);
  return line;
}

std::vector<std::string> wrap(std::string_view text, int width) {
  std::vector<std::string> lines;
  std::string line;
  for (const std::string& word : split(text, ' ')) {
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    line += line.empty() ? word : " " + word;
  }
  lines.push_back(std::move(line));
  return lines;
}

}  // namespace hpopt
