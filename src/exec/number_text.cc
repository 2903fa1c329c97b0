#include "exec/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

namespace hpopt {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// Whether a number may end before `rest`.
bool ends_before(std::string_view rest) {
  if (rest.empty()) return true;
  const char next = rest.size() > 1 ? rest[1] : ' ';
  switch (rest[0]) {
    case ':':
    case '/':
      return !is_digit(next) ? rest[0] == ':' || next == ' ' : rest[0] == '/';
    case '.':
      return !is_digit(next) && !is_letter(next);
    case '+':
      return is_digit(next);
    case '\xC2':
      return next == '\xB1';  // the plus-minus sign
    case '\xE2':
      return true;  // dashes, arrows, boxes
    default:
      return std::string_view(" \t,;|)]}(['\">*`\\&%").find(rest[0]) != std::string_view::npos;
  }
}

/// Takes the spaces at the start away.
void skip_spaces(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

/// The types that libraries print around a number.
bool wraps_numbers(std::string_view name) {
  constexpr std::array kPrefixes{"float", "int", "uint", "bfloat", "longdouble", "double", "half"};
  constexpr std::array kNames{"tensor",      "Tensor",  "array",       "Array",
                              "DeviceArray", "Decimal", "EagerTensor", "Parameter"};
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return std::find(kNames.begin(), kNames.end(), last) != kNames.end() ||
         std::any_of(kPrefixes.begin(), kPrefixes.end(),
                     [&](const char* prefix) { return last.starts_with(prefix); });
}

/// Takes `wanted` away from the start; false: something else stands there.
bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

/// "(0.5)", "(0.5, device='cuda:0')", "([0.5])", "('0.5')".
std::optional<NumberText> read_in_parentheses(std::string_view text) {
  const auto length = balanced_length(text);
  if (!length) return std::nullopt;
  std::string_view inside = text.substr(1, *length - 2);
  skip_spaces(inside);
  const bool list = take(inside, '[');
  const bool quoted = take(inside, '\'');
  auto number = read_plain_number(inside);
  if (!number) return std::nullopt;
  inside.remove_prefix(number->length);
  if (quoted && !take(inside, '\'')) return std::nullopt;
  skip_spaces(inside);
  if (list && !take(inside, ']')) return std::nullopt;  // several numbers
  if (!inside.empty() && inside[0] != ',') return std::nullopt;
  number->length = *length;
  number->real = true;
  return number;
}

std::optional<NumberText> read_wrapped_number(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '.')) {
    ++end;
  }
  if (end == 0 || end >= text.size() || text[end] != '(') return std::nullopt;
  if (!wraps_numbers(text.substr(0, end))) return std::nullopt;
  auto number = read_in_parentheses(text.substr(end));
  if (number) number->length += end;
  return number;
}

/// <tf.Tensor: shape=(), dtype=float32, numpy=0.5>
std::optional<NumberText> read_tensorflow_number(std::string_view text) {
  constexpr std::string_view kHead = "<tf.";
  constexpr std::string_view kValue = "numpy=";
  if (!text.starts_with(kHead)) return std::nullopt;
  const std::size_t close = text.find('>');
  const std::size_t value = text.find(kValue);
  if (close == std::string_view::npos || value == std::string_view::npos || value > close) {
    return std::nullopt;
  }
  auto number = read_plain_number(text.substr(value + kValue.size()));
  if (number) number->length = close + 1;
  return number;
}

}  // namespace

std::optional<std::size_t> balanced_length(std::string_view text) {
  int depth = 0;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == '\\') ++at;
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if ((c == ')' || c == ']' || c == '}') && --depth == 0) {
      return at + 1;
    }
  }
  return std::nullopt;
}

std::optional<NumberText> read_plain_number(std::string_view text) {
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  const std::string_view body = plus ? text.substr(1) : text;
  if (body.empty()) return std::nullopt;
  NumberText number;
  const auto [end, failure] = std::from_chars(body.data(), body.data() + body.size(), number.value);
  if (failure != std::errc()) return std::nullopt;
  const auto used = static_cast<std::size_t>(end - body.data());
  const std::string_view digits = body.substr(0, used);
  std::string_view rest = body.substr(used);
  number.length = used + (plus ? 1 : 0);
  number.real =
      !std::isfinite(number.value) || digits.find_first_of(".eE") != std::string_view::npos;
  std::string_view after = rest;
  skip_spaces(after);
  if (after.starts_with("%") &&
      (after.size() == 1 || (!is_letter(after[1]) && !is_digit(after[1])))) {
    number.length += rest.size() - after.size() + 1;
    number.real = true;
    number.bar = after.substr(1).starts_with("|");
    return number;
  }
  if (!ends_before(rest)) return std::nullopt;
  return number;
}

std::size_t thousands_length(std::string_view text) {
  constexpr std::size_t kGroup = 3;  // digits
  const auto digits_at = [&](std::size_t at) {
    std::size_t count = 0;
    while (count <= kGroup && at + count < text.size() && is_digit(text[at + count])) ++count;
    return count;
  };
  const std::size_t start = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const std::size_t first = digits_at(start);
  if (first == 0 || first > kGroup || text[start] == '0') return 0;
  std::size_t end = start + first;
  while (end < text.size() && text[end] == ',' && digits_at(end + 1) == kGroup) end += kGroup + 1;
  const bool list = end < text.size() && text[end] == ',' && digits_at(end + 1) > 0;
  return list || end == start + first ? 0 : end;
}

std::string without_commas(std::string_view text) {
  std::string plain(text);
  std::erase(plain, ',');
  return plain;
}

std::optional<NumberText> read_grouped_number(std::string_view text) {
  const std::size_t whole = thousands_length(text);
  if (whole == 0) return read_number(text);
  constexpr std::size_t kLongestRest = 64;  // of a fraction, an exponent and what ends it
  const std::string digits = without_commas(text.substr(0, whole));
  auto number = read_number(digits + std::string(text.substr(whole, kLongestRest)));
  if (number) number->length += whole - digits.size();
  return number;
}

std::optional<NumberText> read_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (auto number = read_plain_number(text)) return number;
  if (is_letter(text[0])) return read_wrapped_number(text);
  if (text[0] == '<') return read_tensorflow_number(text);
  return std::nullopt;
}

}  // namespace hpopt
