#include "spec/mark.h"

#include <cctype>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_name_character(char c) { return is_word_character(c) || c == '.' || c == '-'; }

/// Where a mark or its escape may begin: at 0, or behind the first =.
std::optional<std::size_t> tilde_in(std::string_view argument) {
  if (argument.starts_with('~')) return 0;
  const std::size_t equals = argument.find('=');
  if (equals == std::string_view::npos || !argument.substr(equals + 1).starts_with('~')) {
    return std::nullopt;
  }
  return equals + 1;
}

std::string_view take_while(std::string_view& text, bool (*accept)(char)) {
  std::size_t size = 0;
  while (size < text.size() && accept(text[size])) ++size;
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(size);
  return taken;
}

/// "~word(" or "~name:word(" at the front; what follows the parenthesis stays in `text`.
std::optional<Mark> take_head(std::string_view& text) {
  Mark mark;
  text.remove_prefix(1);  // ~
  const std::string_view first = take_while(text, is_name_character);
  std::string_view word = first;
  if (text.starts_with(':')) {
    mark.name = first;
    text.remove_prefix(1);
    word = take_while(text, is_word_character);
  }
  const bool is_word = !word.empty() && std::isalpha(static_cast<unsigned char>(word[0])) != 0;
  if (!is_word || !text.starts_with('(')) return std::nullopt;
  text.remove_prefix(1);
  mark.word = word;
  return mark;
}

/// Follows quotes and brackets through a text.
class Nesting {
 public:
  /// Whether the character stands outside; then takes it in.
  bool outside_before(char c) {
    const bool outside = depth_ == 0 && quote_ == 0;
    if (quote_ != 0) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == quote_) {
        quote_ = 0;
      }
    } else if (c == '"' || (c == '\'' && !is_word_character(previous_))) {
      quote_ = c;  // An apostrophe inside a word is a letter.
    } else if (c == '[' || c == '{' || c == '(') {
      ++depth_;
    } else if ((c == ']' || c == '}' || c == ')') && depth_ > 0) {
      --depth_;
    }
    previous_ = c;
    return outside;
  }

 private:
  int depth_ = 0;
  char quote_ = 0;
  char previous_ = 0;
  bool escaped_ = false;
};

Status read_inside(std::string_view inside, Mark& mark) {
  const std::vector<std::string> sections = split_outside_brackets(inside, ';');
  if (!sections[0].empty()) mark.arguments = split_outside_brackets(sections[0], ',');
  for (std::size_t i = 1; i < sections.size(); ++i) {
    for (const std::string& option : split_outside_brackets(sections[i], ',')) {
      const std::size_t equals = option.find('=');
      if (equals == std::string::npos) {
        return invalid(fmt::format("the option '{}' has no value", option),
                       "write options as name=value, such as ;default=1e-3");
      }
      mark.options.emplace_back(trim(option.substr(0, equals)), trim(option.substr(equals + 1)));
    }
  }
  return success();
}

}  // namespace

std::vector<std::string> split_outside_brackets(std::string_view text, char separator) {
  std::vector<std::string> parts;
  Nesting nesting;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!nesting.outside_before(text[i]) || text[i] != separator) continue;
    parts.emplace_back(trim(text.substr(from, i - from)));
    from = i + 1;
  }
  parts.emplace_back(trim(text.substr(from)));
  return parts;
}

Result<std::optional<Mark>> parse_mark(std::string_view argument) {
  const std::optional<std::size_t> tilde = tilde_in(argument);
  if (!tilde || argument.substr(*tilde).starts_with("~~")) return std::optional<Mark>();
  std::string_view rest = argument.substr(*tilde);
  std::optional<Mark> mark = take_head(rest);
  if (!mark) return mark;
  mark->prefix = argument.substr(0, *tilde);
  mark->text = argument.substr(*tilde);
  if (!rest.ends_with(')')) {
    return invalid("the mark does not end with ')'", "close it, or write ~~ for a literal ~",
                   std::string(argument));
  }
  if (Status read = read_inside(rest.substr(0, rest.size() - 1), *mark); !read) {
    Error error = read.error();
    error.where = argument;
    return error;
  }
  return mark;
}

std::string unescape_mark(std::string_view argument) {
  const std::optional<std::size_t> tilde = tilde_in(argument);
  std::string text(argument);
  if (tilde && argument.substr(*tilde).starts_with("~~")) text.erase(*tilde, 1);
  return text;
}

}  // namespace hpopt
