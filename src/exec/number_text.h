// Numbers as programs print them: plain, in per cent, or wrapped by a library's type.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hpopt {

struct NumberText {
  double value = 0;
  std::size_t length = 0;  ///< Bytes that it takes, a percent sign and a wrapper included.
  bool real = false;       ///< Has a point, an exponent or a percent sign, or isn't finite.
  bool bar = false;        ///< "30%|": how full a progress bar is, no result.
};

[[nodiscard]] inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The number at the very start: 0.91, -1e-3, nan, 91.2% (91.2, as printed). It must end there:
/// "3s", "2024-01-31" and "12:30:00" are none.
[[nodiscard]] std::optional<NumberText> read_plain_number(std::string_view text);
/// Bytes of the "1,234" at the very start; 0: its thousands aren't parted by commas. "0,500",
/// "1,23" and "1,234,5" are lists.
[[nodiscard]] std::size_t thousands_length(std::string_view text);
[[nodiscard]] std::string without_commas(std::string_view text);
/// As well np.float64(0.91), tensor(0.91, device='cuda:0'), <tf.Tensor: ..., numpy=0.91>.
[[nodiscard]] std::optional<NumberText> read_number(std::string_view text);
/// As well 1,234.5. Not for lists and dicts, where a comma parts.
[[nodiscard]] std::optional<NumberText> read_grouped_number(std::string_view text);

/// Bytes up to the bracket that closes the one at the start, quotes heeded; none: it stays open.
[[nodiscard]] std::optional<std::size_t> balanced_length(std::string_view text);

}  // namespace hpopt
