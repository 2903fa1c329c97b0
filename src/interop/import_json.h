// JSON as Python's json module writes it: with NaN, Infinity and -Infinity, which no standard has.
#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"
#include "hpopt/result.h"

namespace hpopt {

/// As parse_json, but such a number becomes the text "nan", "inf" or "-inf": JSON has no other
/// place for it, and as an argument of a command it reads the same.
[[nodiscard]] Result<Json> parse_python_json(std::string_view text, std::string_view where);

/// A number, or one of those texts.
[[nodiscard]] std::optional<double> number_in(const Json& json);

}  // namespace hpopt
