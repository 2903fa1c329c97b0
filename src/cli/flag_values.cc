#include "cli/flag_values.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

Error wrong_value(const Option& option, const std::string& text, std::string_view takes) {
  std::string mend;
  if (!option.range.empty()) mend = fmt::format("the values are: {}", option.range);
  return invalid(fmt::format("'{}' is not {}", text, takes), mend, std::string(option.flag));
}

/// Ranges of numbers are written "> 0", ">= 1", "> 1".
bool within(std::string_view range, double value) {
  if (range.starts_with(">= ")) return value >= parse_number(range.substr(3)).value_or(value);
  if (range.starts_with("> ")) return value > parse_number(range.substr(2)).value_or(value - 1);
  return true;
}

Status check_choice(const Option& option, const std::string& text) {
  const std::vector<std::string> words = split(option.range, '|');
  if (std::find(words.begin(), words.end(), text) != words.end()) return success();
  return invalid(fmt::format("'{}' is not known{}", text, did_you_mean(text, words)),
                 fmt::format("the values are: {}", join(words, ", ")), std::string(option.flag));
}

}  // namespace

Status check_flag_value(const Option& option, const std::string& text) {
  switch (option.takes) {
    case Takes::kInteger: {
      const auto number = parse_integer(text);
      if (!number) return wrong_value(option, text, "a whole number");
      if (!within(option.range, static_cast<double>(*number))) {
        return wrong_value(option, text, "in its range");
      }
      return success();
    }
    case Takes::kNumber: {
      const auto number = parse_number(text);
      if (!number) return wrong_value(option, text, "a number");
      if (!within(option.range, *number)) return wrong_value(option, text, "in its range");
      return success();
    }
    case Takes::kDuration: {
      auto seconds = parse_duration(text);
      if (seconds) return success();
      Error error = seconds.error();
      error.where = option.flag;
      return error;
    }
    case Takes::kChoice:
      return check_choice(option, text);
    case Takes::kText:
    case Takes::kPath:
      if (text.empty()) return wrong_value(option, text, "enough: it is empty");
      return success();
    case Takes::kNothing:
    case Takes::kMapping:
    case Takes::kList:
      return success();
  }
  return success();
}

}  // namespace hpopt
