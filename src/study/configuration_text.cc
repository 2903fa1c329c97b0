#include "study/configuration_text.h"

#include <charconv>
#include <optional>

#include "base/json.h"

namespace hpopt {
namespace {

/// Reads {"name":value,...} of strings without escapes, numbers and literals, without white space.
/// Gives up at everything else.
class PlainReader {
 public:
  explicit PlainReader(std::string_view text) : rest_(text) {}

  std::optional<Configuration> read() {
    Configuration configuration;
    if (!take("{")) return std::nullopt;
    if (take("}")) return at_end(std::move(configuration));
    do {
      const auto name = string();
      if (!name || !take(":")) return std::nullopt;
      auto held = value();
      if (!held) return std::nullopt;
      configuration.set(*name, std::move(*held));
    } while (take(","));
    if (!take("}")) return std::nullopt;
    return at_end(std::move(configuration));
  }

 private:
  std::optional<Configuration> at_end(Configuration&& configuration) const {
    if (!rest_.empty()) return std::nullopt;
    return std::move(configuration);
  }

  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  std::optional<std::string_view> string() {
    if (!take("\"")) return std::nullopt;
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(0, end);
    if (text.find('\\') != std::string_view::npos) return std::nullopt;
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::optional<Value> value() {
    if (rest_.starts_with('"')) {
      const auto text = string();
      return text ? std::optional<Value>(*text) : std::nullopt;
    }
    if (take("true")) return Value(true);
    if (take("false")) return Value(false);
    if (take("null")) return Value();
    return number();
  }

  /// As JSON has them: a point or an exponent makes a real.
  std::optional<Value> number() {
    std::size_t end = 0;
    bool real = false;
    for (; end < rest_.size() && rest_[end] != ',' && rest_[end] != '}'; ++end) {
      const char letter = rest_[end];
      if (letter == '.' || letter == 'e' || letter == 'E') {
        real = true;
      } else if (letter != '-' && letter != '+' && (letter < '0' || letter > '9')) {
        return std::nullopt;
      }
    }
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return real ? parsed<double>(text) : parsed<std::int64_t>(text);
  }

  template <typename Number>
  static std::optional<Value> parsed(std::string_view text) {
    Number number{};
    const char* end = text.data() + text.size();
    const auto [stopped, failure] = std::from_chars(text.data(), end, number);
    if (failure != std::errc() || stopped != end) return std::nullopt;
    return Value(number);
  }

  std::string_view rest_;
};

}  // namespace

Result<Configuration> configuration_from_text(std::string_view text) {
  if (auto plain = PlainReader(text).read()) return std::move(*plain);
  auto json = parse_json(text, {});
  if (!json) return json.error();
  return configuration_from_json(*json);
}

}  // namespace hpopt
