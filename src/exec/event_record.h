// Event records: the framing and the messages of TensorBoard's event files, as far as scalars go.
//
//   record  uint64 length, uint32 masked CRC-32C of the length, the data, uint32 masked CRC of it
//   data    Event { int64 step = 2; Summary summary = 5 }, Summary { repeated Value value = 1 },
//           Value { string tag = 1; float simple_value = 2; TensorProto tensor = 8 }
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hpopt {

/// What stands around the data of a record.
inline constexpr std::size_t kRecordHead = 12;
inline constexpr std::size_t kRecordTail = 4;

/// The length of the data of the record that begins here; none: this is no record.
/// REQUIRES: kRecordHead bytes.
[[nodiscard]] std::optional<std::uint64_t> record_length(std::string_view head);
/// Whether the data is what its checksum says. REQUIRES: a whole record.
[[nodiscard]] bool record_is_sound(std::string_view record);

struct EventScalars {
  std::int64_t step = 0;
  std::vector<std::pair<std::string, double>> scalars;  ///< By tag.
};

/// What can be understood; the rest is left out.
[[nodiscard]] EventScalars read_event(std::string_view data);

}  // namespace hpopt
