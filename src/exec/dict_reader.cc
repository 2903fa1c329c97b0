#include "exec/dict_reader.h"

#include <algorithm>

#include "base/text.h"
#include "exec/number_text.h"

namespace hpopt {
namespace {

constexpr int kDeepest = 16;

/// A recursive descent over `text_`; each step returns false where it is no dict after all.
class DictReader {
 public:
  explicit DictReader(std::string_view text) : text_(text) {}

  bool read(const std::string& prefix, int depth) {
    if (depth > kDeepest || !take('{')) return false;
    skip_spaces();
    while (!take('}')) {
      std::string name = prefix;
      if (!read_key(name) || !take(':')) return false;
      skip_spaces();
      if (!read_value(name, depth)) return false;
      skip_spaces();
      if (!take(',') && !next_is('}')) return false;
      skip_spaces();
    }
    return true;
  }

  [[nodiscard]] DictNumbers release() { return {std::move(numbers_), at_}; }

 private:
  [[nodiscard]] bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  bool take(char c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }
  void skip_spaces() { at_ = std::min(text_.find_first_not_of(" \t", at_), text_.size()); }

  /// A quoted string or a bare word up to the colon.
  bool read_key(std::string& name) {
    if (next_is('"') || next_is('\'')) {
      const auto key = read_string();
      if (!key) return false;
      name += *key;
    } else {
      const std::size_t end = text_.find_first_of(":,{}", at_);
      if (end == std::string_view::npos || text_[end] != ':') return false;
      name += trim(text_.substr(at_, end - at_));
      at_ = end;
    }
    skip_spaces();
    return !name.empty();
  }

  /// Escapes are kept as they stand: names and numbers have none.
  std::optional<std::string> read_string() {
    const char quote = text_[at_];
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote) end += text_[end] == '\\' ? 2U : 1U;
    if (end >= text_.size()) return std::nullopt;
    std::string content(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return content;
  }

  bool read_value(const std::string& name, int depth) {
    if (next_is('{')) return read(name + ".", depth + 1);
    if (next_is('"') || next_is('\'')) {
      const auto content = read_string();
      if (!content) return false;
      if (const auto number = parse_number(*content)) numbers_.emplace_back(name, *number);
      return true;
    }
    if (const auto number = read_number(rest())) {
      const std::size_t before = at_;
      at_ += number->length;
      skip_spaces();
      if (next_is(',') || next_is('}')) {
        numbers_.emplace_back(name, number->value);
        return true;
      }
      at_ = before;
    }
    return skip_value();
  }

  /// Goes to the comma or brace that ends a value of another kind.
  bool skip_value() {
    while (at_ < text_.size() && !next_is(',') && !next_is('}')) {
      if (next_is('(') || next_is('[') || next_is('{')) {
        const auto length = balanced_length(rest());
        if (!length) return false;
        at_ += *length;
      } else if (next_is('"') || next_is('\'')) {
        if (!read_string()) return false;
      } else {
        ++at_;
      }
    }
    return at_ < text_.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::pair<std::string, double>> numbers_;
};

}  // namespace

std::optional<DictNumbers> read_dict(std::string_view text) {
  DictReader reader(text);
  if (!reader.read("", 0)) return std::nullopt;
  return reader.release();
}

}  // namespace hpopt
