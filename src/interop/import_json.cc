#include "interop/import_json.h"

#include <array>
#include <string>
#include <utility>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOddNumbers{
    {{"-Infinity", R"("-inf")"}, {"Infinity", R"("inf")"}, {"NaN", R"("nan")"}}};

/// The end of the string that begins at `start`, behind its closing quote.
std::size_t end_of_string(std::string_view text, std::size_t start) {
  for (std::size_t i = start + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.size();
}

std::string with_texts_for_odd_numbers(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  std::size_t i = 0;
  const auto replaces_odd_number = [&] {
    for (const auto& [odd, instead] : kOddNumbers) {
      if (!text.substr(i).starts_with(odd)) continue;
      plain += instead;
      i += odd.size();
      return true;
    }
    return false;
  };
  while (i < text.size()) {
    if (text[i] == '"') {
      const std::size_t end = end_of_string(text, i);
      plain += text.substr(i, end - i);
      i = end;
    } else if (!replaces_odd_number()) {
      plain += text[i++];
    }
  }
  return plain;
}

}  // namespace

Result<Json> parse_python_json(std::string_view text, std::string_view where) {
  const bool plain =
      text.find("NaN") == std::string_view::npos && text.find("Infinity") == std::string_view::npos;
  return plain ? parse_json(text, where) : parse_json(with_texts_for_odd_numbers(text), where);
}

std::optional<double> number_in(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (!json.is_string()) return std::nullopt;
  const auto& text = json.get_ref<const std::string&>();
  if (text != "nan" && text != "inf" && text != "-inf") return std::nullopt;
  return parse_number(text);
}

}  // namespace hpopt
