#include "base/json.h"

#include <cmath>
#include <cstring>

namespace hpopt {
namespace {

/// nlohmann's plain json sorts its keys: the canonical text of arrays and objects.
JsonText canonical(const Json& json) {
  const nlohmann::json sorted = json;
  return {sorted.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

/// "[json.exception.parse_error.101] parse error at line 1, column 2: why" without its number.
std::string plain_reason(const nlohmann::json::exception& error) {
  const char* close = std::strstr(error.what(), "] ");
  return close != nullptr ? close + 2 : error.what();
}

}  // namespace

Json to_json(const Value& value) {
  struct Visitor {
    Json operator()(std::monostate) const { return nullptr; }
    Json operator()(bool held) const { return held; }
    Json operator()(std::int64_t held) const { return held; }
    Json operator()(double held) const { return json_number(held); }
    Json operator()(const std::string& held) const { return held; }
    Json operator()(const JsonText& held) const {
      Json parsed = Json::parse(held.text, nullptr, false);
      return parsed.is_discarded() ? Json(held.text) : parsed;
    }
  };
  return std::visit(Visitor{}, value.held());
}

Value value_from_json(const Json& json) {
  switch (json.type()) {
    case Json::value_t::boolean:
      return json.get<bool>();
    case Json::value_t::number_integer:
      return json.get<std::int64_t>();
    case Json::value_t::number_unsigned: {
      const auto held = json.get<std::uint64_t>();
      if (held > static_cast<std::uint64_t>(INT64_MAX)) return static_cast<double>(held);
      return static_cast<std::int64_t>(held);
    }
    case Json::value_t::number_float:
      return json.get<double>();
    case Json::value_t::string:
      return json.get<std::string>();
    case Json::value_t::array:
    case Json::value_t::object:
      return canonical(json);
    default:
      return {};
  }
}

Json to_json(const Configuration& configuration) {
  Json object = Json::object();
  for (const auto& [name, value] : configuration) object[name] = to_json(value);
  return object;
}

Result<Configuration> configuration_from_json(const Json& json) {
  if (!json.is_object()) {
    return invalid("a configuration must be a JSON object", "write it as {\"name\": value}");
  }
  Configuration configuration;
  for (const auto& [name, value] : json.items()) configuration.set(name, value_from_json(value));
  return configuration;
}

Result<Json> parse_json(std::string_view text, std::string_view where) {
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    return invalid("not valid JSON: " + plain_reason(error), {}, std::string(where));
  }
}

bool is_utf8(std::string_view text) {
  return Json::parse(json_string(text)).get<std::string>() == text;
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Json json_number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

}  // namespace hpopt
