// JSON at the edges: our values to nlohmann's and back, and numbers as text.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "hpopt/result.h"
#include "hpopt/value.h"

namespace hpopt {

/// Keys keep the order in which they were added: what users read.
using Json = nlohmann::ordered_json;

[[nodiscard]] Json to_json(const Value& value);
[[nodiscard]] Value value_from_json(const Json& json);
[[nodiscard]] Json to_json(const Configuration& configuration);
/// REQUIRES an object; anything else is an error.
[[nodiscard]] Result<Configuration> configuration_from_json(const Json& json);
[[nodiscard]] Result<Json> parse_json(std::string_view text, std::string_view where);
/// What the journal can keep: JSON holds nothing else.
[[nodiscard]] bool is_utf8(std::string_view text);
/// The text as a JSON string, quoted and escaped; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string json_string(std::string_view text);
/// A finite number, or null: JSON has no NaN.
[[nodiscard]] Json json_number(double value);

}  // namespace hpopt
