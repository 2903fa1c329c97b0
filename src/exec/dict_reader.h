// One JSON object or Python dict in a line of output, read leniently: what isn't a number is
// skipped.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hpopt {

struct DictNumbers {
  /// In order; nested names joined by dots: {"val": {"acc": 0.9}} is val.acc.
  std::vector<std::pair<std::string, double>> numbers;
  std::size_t length = 0;  ///< Bytes that the dict takes.
};

/// The dict that begins at the start of `text`. Numbers, numbers in quotes ('0.91') and wrapped
/// ones count; booleans, lists and other text don't.
[[nodiscard]] std::optional<DictNumbers> read_dict(std::string_view text);

}  // namespace hpopt
