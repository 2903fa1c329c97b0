// Text: numbers, durations and near misses, as people write and read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hpopt/result.h"

namespace hpopt {

/// The shortest decimal that reads back to exactly the same double: 0.001, 1e-05, inf, nan.
[[nodiscard]] std::string shortest(double value);
/// Six digits, for people: 0.912346, 1e-05, inf, nan.
[[nodiscard]] std::string brief_number(double value);
/// The whole text as a number, as C's strtod does in the "C" locale (1e-3, .5, inf, nan); else
/// none.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// "90", "90s", "30m", "1.5h", "2d", "1h30m", "500ms" to seconds. Bare numbers are seconds; > 0.
[[nodiscard]] Result<double> parse_duration(std::string_view text);
/// 0.35 -> "0.35 s", 65 -> "1 min 5 s", 5400 -> "1 h 30 min".
[[nodiscard]] std::string human_duration(double seconds);
/// 1536 -> "1.5 KiB", 8589934592 -> "8 GiB".
[[nodiscard]] std::string human_bytes(std::uint64_t bytes);
/// "8GiB", "512MB", "1024" to bytes.
[[nodiscard]] Result<std::int64_t> parse_bytes(std::string_view text);

[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
[[nodiscard]] std::string_view trim(std::string_view text);

/// The candidate nearest to `word` by edit distance, when near enough to be meant; else empty.
[[nodiscard]] std::string nearest(std::string_view word,
                                  const std::vector<std::string>& candidates);
/// ", did you mean 'x'?" or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& candidates);

/// The argument as a shell would need it written: bare when safe, else in single quotes.
[[nodiscard]] std::string shell_quote(std::string_view argument);
[[nodiscard]] std::string shell_command(const std::vector<std::string>& argv);

/// Lower-case hexadecimal SHA-256 of the bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// A short random id, 12 characters of [0-9a-z], from the kernel's generator.
[[nodiscard]] std::string random_id();

}  // namespace hpopt
