// Times as Python and we write them.
#pragma once

#include <cstdint>
#include <string_view>

namespace hpopt {

/// What a time that names no zone means.
enum class Zoneless : std::uint8_t { kLocal, kUtc };

/// "2026-01-31 12:00:00.123456", with a T, Z or an offset such as +01:00, as milliseconds since
/// 1970 UTC; 0: no time.
[[nodiscard]] std::int64_t utc_ms_of(std::string_view text, Zoneless zoneless);

}  // namespace hpopt
