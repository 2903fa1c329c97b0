#include "exec/record_scanner.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "base/text.h"
#include "exec/dict_reader.h"
#include "exec/number_text.h"

namespace hpopt {
namespace {

constexpr std::size_t kLongestPhrase = 4;  // words

bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80U; }
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_high(c);
}
bool is_name_inner(char c) { return is_name_start(c) || is_digit(c); }
/// Bytes of a sign that is part of no word: dashes, arrows, boxes, emoji; 0: it may be a letter.
std::size_t sign_length(char c) {
  switch (c) {
    case '\xC2':
      return 2;
    case '\xE2':
    case '\xEF':
      return 3;
    case '\xF0':
      return 4;
    default:
      return 0;
  }
}
constexpr std::string_view kWideColon = "\xEF\xBC\x9A";  // of Chinese and Japanese text

std::string lowered(std::string_view text) {
  std::string low(text);
  std::transform(low.begin(), low.end(), low.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return low;
}

template <std::size_t kSize>
bool is_one_of(std::string_view word, const std::array<std::string_view, kSize>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_log_level(std::string_view word) {
  static constexpr std::array<std::string_view, 8> kLevels{"TRACE",   "DEBUG", "INFO",     "WARN",
                                                           "WARNING", "ERROR", "CRITICAL", "FATAL"};
  return is_one_of(word, kLevels);
}

/// Words that make another metric of the name behind them.
bool is_qualifier(std::string_view word) {
  static constexpr std::array<std::string_view, 24> kQualifiers{
      "train", "training", "val",    "valid", "validation", "test", "testing", "eval",
      "dev",   "best",     "final",  "last",  "avg",        "mean", "average", "total",
      "min",   "max",      "median", "std",   "ema",        "old",  "new",     "running"};
  return word.ends_with("'s") || is_one_of(lowered(word), kQualifiers);
}

/// Words before "epoch" with which it doesn't count the training: "best epoch: 3".
bool is_no_count(std::string_view word) {
  static constexpr std::array<std::string_view, 12> kOthers{
      "best", "per", "total", "max", "num", "number", "each", "every", "last", "early", "a", "an"};
  return is_one_of(lowered(word), kOthers);
}

/// Words that name nothing: "from 0.3 to 0.2".
bool is_filler(std::string_view word) {
  static constexpr std::array<std::string_view, 16> kFillers{
      "to",  "from", "in",   "of",    "at",  "by",    "is",   "was",
      "and", "than", "took", "after", "for", "about", "with", "the"};
  return is_one_of(lowered(word), kFillers);
}

/// The Python logger's prefix "INFO:root:" taken off a word.
std::string_view without_logger(std::string_view word) {
  const std::size_t level = word.find(':');
  if (level == std::string_view::npos || !is_log_level(word.substr(0, level))) return word;
  const std::size_t logger = word.find(':', level + 1);
  return word.substr((logger == std::string_view::npos ? level : logger) + 1);
}

class Scanner {
 public:
  Scanner(std::string_view text, const std::vector<std::string>& wanted)
      : text_(text), wanted_(wanted) {}

  RecordText scan() {
    read_round();
    while (at_ < text_.size()) advance();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] char ahead(std::size_t by) const {
    return at_ + by < text_.size() ? text_[at_ + by] : '\0';
  }
  void skip(std::string_view characters) {
    at_ = std::min(text_.find_first_not_of(characters, at_), text_.size());
  }

  void advance() {
    const char c = here();
    if (c == ' ' || c == '"' || c == '\'' || c == '*' || c == '`' || c == '#') {
      ++at_;  // may stand between a name and its number
    } else if (c == '{') {
      read_dict_here();
    } else if (c == ':' || c == '=') {
      read_separator();
    } else if (rest().starts_with(kWideColon)) {
      at_ += kWideColon.size() - 1;
      read_separator();
    } else if (sign_length(c) > 0) {
      at_ = std::min(at_ + sign_length(c), text_.size());
      words_.clear();
    } else if (c == '\t' && !words_.empty() && number_is_behind_tabs()) {
      skip("\t");
    } else if (is_name_start(c)) {
      read_word();
    } else if (is_digit(c) || is_signed_number()) {
      read_number_here();
    } else {
      const bool before_count = (c == '[' || c == '(') && counted_unit() && is_digit(ahead(1));
      if (!before_count) words_.clear();
      ++at_;
    }
  }

  /// "val_acc<TAB>0.91"; else a tab parts as a comma does.
  [[nodiscard]] bool number_is_behind_tabs() const {
    const std::size_t next = text_.find_first_not_of('\t', at_);
    return next != std::string_view::npos && read_number(text_.substr(next)).has_value();
  }

  [[nodiscard]] bool is_signed_number() const {
    const bool starts = here() == '-' || here() == '+' || here() == '.';
    const bool apart = at_ == 0 || text_[at_ - 1] == ' ' || text_[at_ - 1] == '\t';
    return starts && apart && read_plain_number(rest());
  }

  /// "[10]\t" of LightGBM and XGBoost, "10:\t" of CatBoost.
  void read_round() {
    const bool bracket = text_.starts_with('[');
    const std::size_t start = bracket ? 1 : 0;
    const std::size_t end = text_.find_first_not_of("0123456789", start);
    if (end == start || end == std::string_view::npos || end + 1 >= text_.size()) return;
    const std::string_view behind = text_.substr(end, 2);
    if (behind != "]\t" && behind != "] " && behind != ":\t") return;
    if (bracket == (behind[0] == ':')) return;
    const auto round = parse_number(text_.substr(start, end - start));
    if (!round) return;
    out_.add_step(StepUnit::kRound, *round);
    at_ = end + 1;
  }

  void read_dict_here() {
    words_.clear();
    const auto dict = read_dict(rest());
    if (!dict) {
      ++at_;
      return;
    }
    at_ += dict->length;
    for (const auto& [name, value] : dict->numbers) {
      if (const auto unit = step_unit(name)) {
        out_.add_step(*unit, value);
      } else {
        out_.numbers.emplace_back(name, value);
      }
    }
  }

  void read_word() {
    if (!words_.empty()) {  // "loss nan", "loss tensor(0.3)"
      if (const auto number = read_number(rest())) return take_named(*number);
    }
    const std::size_t start = at_;
    while (at_ < text_.size() && goes_on_with_word()) ++at_;
    while (at_ > start + 1 && text_[at_ - 1] == '.') --at_;
    const std::string_view word = without_logger(text_.substr(start, at_ - start));
    if (word.empty() || is_log_level(word)) {
      words_.clear();
    } else {
      words_.push_back(word);
    }
  }

  [[nodiscard]] bool goes_on_with_word() const {
    const char c = here();
    if (sign_length(c) > 0) return false;
    if (is_name_inner(c) || c == '.' || c == '@') return true;
    const char next = ahead(1);
    if (c == '-' || c == '/') return is_name_inner(next);
    if (c == '\'') return next == 's' && !is_name_inner(ahead(2)) && at_ > 0;
    // "val:acc" is a name, "lr:nan" and "acc:tensor(0.5)" are a name and a number.
    return c == ':' && is_name_start(next) && !read_number(text_.substr(at_ + 1));
  }

  /// A colon or an equals sign, and the number that may follow.
  void read_separator() {
    ++at_;
    const auto unit = counted_unit();
    skip(unit ? " \t[(#" : " \t'\"*`");
    if (unit) {
      if (is_digit(here())) return read_step(*unit);
    } else if (!words_.empty()) {
      if (const auto number = read_grouped_number(rest()); number && !number->bar) {
        if (!is_address()) out_.numbers.emplace_back(phrase(), number->value);
        at_ += number->length;
      }
    }
    words_.clear();
  }

  /// A number without a separator before it: behind a name, of a progress bar, or nothing that is
  /// meant.
  void read_number_here() {
    if (const auto unit = counted_unit(); unit && is_digit(here())) {
      return read_step(*unit);
    }
    const auto number = read_grouped_number(rest());
    if (!number) {
      skip_junk();
    } else if (words_.empty()) {
      read_unnamed(*number);
    } else {
      return take_named(*number);
    }
    words_.clear();
  }

  void take_named(const NumberText& number) {
    const std::string name = phrase();
    const bool asked = std::find(wanted_.begin(), wanted_.end(), name) != wanted_.end();
    if (!number.bar && (asked || (number.real && !is_filler(words_.back())))) {
      out_.numbers.emplace_back(name, number.value);
    }
    at_ += number.length;
    words_.clear();
  }

  void skip_junk() {
    const std::size_t end = text_.find_first_of(" \t,;|[](){}", at_ + 1);
    at_ = std::min(end, text_.size());
  }

  /// The 3/10 of "30%|###   | 3/10 [00:01<00:02" and of "1875/1875 [=====]".
  void read_unnamed(const NumberText& number) {
    const std::size_t last =
        at_ == 0 ? std::string_view::npos : text_.find_last_not_of(' ', at_ - 1);
    const bool placed = last == std::string_view::npos || text_[last] == '|' || text_[last] == '[';
    at_ += number.length;
    if (!placed || number.real || here() != '/') return;
    ++at_;
    const auto of = read_plain_number(rest());
    if (!of) return;
    at_ += of->length;
    out_.add_step(StepUnit::kBar, number.value, of->value);
  }

  /// The number behind a word of StepUnit, with "/50" or "of 50". REQUIRES: a digit here.
  void read_step(StepUnit unit) {
    const std::size_t thousands = at_ + thousands_length(rest());
    const std::size_t end =
        std::min(text_.find_first_not_of("0123456789.", thousands), text_.size());
    std::string digits = without_commas(text_.substr(at_, end - at_));
    while (digits.ends_with('.')) digits.pop_back();
    const auto value = parse_number(digits);
    words_.clear();
    at_ = end;
    if (!value || is_name_start(here())) return skip_junk();
    skip(" ");
    std::optional<double> of;
    const bool slash = here() == '/';
    if (slash || rest().starts_with("of ")) {
      at_ += slash ? 1 : 3;
      skip(" ");
      if (const auto total = read_grouped_number(rest())) {
        of = total->value;
        at_ += total->length;
      }
    }
    out_.add_step(unit, *value, of);
  }

  /// The unit, when the phrase so far ends in a word of it and means the training's own count.
  [[nodiscard]] std::optional<StepUnit> counted_unit() const {
    if (words_.empty()) return std::nullopt;
    const bool other = words_.size() > 1 && is_no_count(words_[words_.size() - 2]);
    return other ? std::nullopt : step_unit(words_.back());
  }

  /// "http://host:80": the word before the number is part of an address.
  [[nodiscard]] bool is_address() const {
    const auto start = static_cast<std::size_t>(words_.back().data() - text_.data());
    return start >= 2 && text_.substr(start - 2, 2) == "//";
  }

  /// The name: the last word, with the words before it that belong to it.
  [[nodiscard]] std::string phrase() const {
    const bool identifier = words_.back().find_first_of("_-./:@") != std::string_view::npos;
    std::size_t first = words_.size() - 1;
    while (first > 0 && words_.size() - first < kLongestPhrase && !is_filler(words_[first - 1]) &&
           (!identifier || is_qualifier(words_[first - 1]))) {
      --first;
    }
    std::string name(words_[first]);
    for (std::size_t i = first + 1; i < words_.size(); ++i) {
      name += ' ';
      name += words_[i];
    }
    return name;
  }

  std::string_view text_;
  const std::vector<std::string>& wanted_;
  std::size_t at_ = 0;
  std::vector<std::string_view>
      words_;  ///< Since the last break: what the next number may be named.
  RecordText out_;
};

}  // namespace

void RecordText::add_step(StepUnit unit, double value, std::optional<double> of) {
  if (!std::isfinite(value) || value < 0) return;
  if (of && (!std::isfinite(*of) || *of <= 0)) of.reset();
  steps.push_back({unit, value, of});
}

std::optional<StepUnit> step_unit(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, StepUnit>, 7> kWords{
      {{"epoch", StepUnit::kEpoch},
       {"step", StepUnit::kStep},
       {"global_step", StepUnit::kStep},
       {"iter", StepUnit::kIter},
       {"iteration", StepUnit::kIteration},
       {"round", StepUnit::kRound},
       {"boosting_round", StepUnit::kRound}}};
  if (word.size() > 16) return std::nullopt;
  const std::string low = lowered(word);
  for (const auto& [name, unit] : kWords) {
    if (low == name) return unit;
  }
  return std::nullopt;
}

RecordText scan_record(std::string_view text, const std::vector<std::string>& wanted) {
  return Scanner(text, wanted).scan();
}

}  // namespace hpopt
