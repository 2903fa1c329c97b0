#include "exec/line_splitter.h"

#include <algorithm>

namespace hpopt {
namespace {

constexpr char kEscape = '\x1b';
constexpr char kBell = '\a';
constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

bool is_plain(char c) { return (c >= ' ' && c <= '~') || c == '\t'; }
unsigned char byte(char c) { return static_cast<unsigned char>(c); }
bool is_continuation(char c) { return (byte(c) & 0xC0U) == 0x80U; }

/// Length of the sequence that begins with ESC (ECMA-48: CSI, the string sequences, two bytes
/// else).
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return text.size();
  std::size_t at = 2;
  if (text[1] == '[') {
    while (at < text.size() && (text[at] < '@' || text[at] > '~')) ++at;
    return std::min(at + 1, text.size());
  }
  if (text[1] == ']' || text[1] == 'P' || text[1] == '_' || text[1] == '^') {
    while (at < text.size() && text[at] != kBell && text[at] != kEscape) ++at;
    if (at < text.size() && text[at] == kEscape) ++at;
    return std::min(at + 1, text.size());
  }
  while (at <= text.size() && text[at - 1] >= ' ' && text[at - 1] <= '/') ++at;
  return std::min(at, text.size());
}

/// Length of the well-formed UTF-8 sequence at the start (Unicode table 3-7); 0: there is none.
std::size_t utf8_length(std::string_view text) {
  const unsigned char lead = byte(text[0]);
  std::size_t length = 0;
  if (lead < 0x80U) {
    length = 1;
  } else if (lead >= 0xC2U && lead <= 0xDFU) {
    length = 2;
  } else if (lead >= 0xE0U && lead <= 0xEFU) {
    length = 3;
  } else if (lead >= 0xF0U && lead <= 0xF4U) {
    length = 4;
  }
  if (length == 0 || length > text.size()) return 0;
  if (!std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length),
                   is_continuation)) {
    return 0;
  }
  const unsigned char second = length > 1 ? byte(text[1]) : 0x80U;
  const bool overlong = (lead == 0xE0U && second < 0xA0U) || (lead == 0xF0U && second < 0x90U);
  const bool outside = (lead == 0xEDU && second > 0x9FU) || (lead == 0xF4U && second > 0x8FU);
  return overlong || outside ? 0 : length;
}

}  // namespace

std::string clean_text(std::string_view raw) {
  if (std::all_of(raw.begin(), raw.end(), is_plain)) return std::string(raw);
  std::string text;
  text.reserve(raw.size());
  while (!raw.empty()) {
    std::size_t taken = 1;
    if (raw[0] == kEscape) {
      taken = escape_length(raw);
    } else if (is_plain(raw[0])) {
      text += raw[0];
    } else if (byte(raw[0]) >= 0x80U) {
      const std::size_t length = utf8_length(raw);
      text += length > 0 ? raw.substr(0, length) : kReplacement;
      taken = std::max<std::size_t>(length, 1);
    }
    raw.remove_prefix(taken);
  }
  return text;
}

void LineSplitter::feed(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find_first_of("\r\n");
    if (end == std::string_view::npos) {
      pending_ += bytes;
      if (pending_.size() >= longest_) {
        overlong_ = true;
        emit(pending_, sink);
        pending_.clear();
      }
      return;
    }
    const std::string_view head = bytes.substr(0, end + 1);
    bytes.remove_prefix(end + 1);
    if (pending_.empty()) {
      emit(head, sink);
    } else {
      pending_ += head;
      emit(pending_, sink);
      pending_.clear();
    }
    overlong_ = false;
  }
}

void LineSplitter::finish(const Sink& sink) {
  if (!pending_.empty()) emit(pending_, sink);
  pending_.clear();
  overlong_ = false;
}

void LineSplitter::emit(std::string_view raw, const Sink& sink) {
  Record record;
  record.raw = raw;
  const bool ended = raw.back() == '\n' || raw.back() == '\r';
  record.overwritten = raw.back() == '\r';
  if (!overlong_ && raw.size() <= longest_) {
    record.text = clean_text(ended ? raw.substr(0, raw.size() - 1) : raw);
  }
  sink(record);
}

}  // namespace hpopt
