#include "exec/event_record.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace hpopt {
namespace {

static_assert(std::endian::native == std::endian::little, "event files are little-endian");

constexpr std::uint32_t kCastagnoli = 0x82F63B78U;  // reversed polynomial of CRC-32C, RFC 3720

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kCastagnoli : 0U);
    table[i] = crc;
  }
  return table;
}

/// Masked, since a checksum of what holds checksums is weak (TensorFlow, crc32c.h).
std::uint32_t masked_crc(std::string_view bytes) {
  static constexpr auto kTable = crc_table();
  constexpr std::uint32_t kMaskDelta = 0xA282EAD8U;
  std::uint32_t crc = ~0U;
  for (const char c : bytes) {
    crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU] ^ (crc >> 8U);
  }
  crc = ~crc;
  return ((crc >> 15U) | (crc << 17U)) + kMaskDelta;
}

/// REQUIRES: enough bytes.
template <typename Number>
Number little_endian(std::string_view bytes) {
  Number number{};
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

enum class WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct Field {
  std::uint64_t number = 0;
  WireType type = WireType::kVarint;
  std::uint64_t varint = 0;
  std::string_view bytes;  ///< Of all other types.
};

/// The fields of a protocol buffer message, one after the other.
class FieldReader {
 public:
  explicit FieldReader(std::string_view message) : rest_(message) {}

  /// None: the message has ended, or can't be read on.
  std::optional<Field> next() {
    const auto key = varint();
    if (!key) return std::nullopt;
    Field field{*key >> 3U, static_cast<WireType>(*key & 7U), 0, {}};
    switch (field.type) {
      case WireType::kVarint: {
        const auto value = varint();
        if (!value) return std::nullopt;
        field.varint = *value;
        return field;
      }
      case WireType::kFixed64:
        return with_bytes(field, sizeof(std::uint64_t));
      case WireType::kFixed32:
        return with_bytes(field, sizeof(std::uint32_t));
      case WireType::kBytes: {
        const auto length = varint();
        return length ? with_bytes(field, *length) : std::nullopt;
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64U && !rest_.empty(); shift += 7U) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80U) return value;
    }
    return std::nullopt;
  }
  std::optional<Field> with_bytes(Field field, std::uint64_t length) {
    if (length > rest_.size()) return std::nullopt;
    field.bytes = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return field;
  }

  std::string_view rest_;
};

/// TensorProto { dtype = 1; tensor_content = 4; float_val = 5; double_val = 6 } with one element;
/// the values come packed or one by one.
std::optional<double> read_tensor(std::string_view tensor) {
  constexpr std::uint64_t kFloat = 1;
  constexpr std::uint64_t kDouble = 2;
  std::uint64_t type = 0;
  std::string_view content;
  FieldReader fields(tensor);
  while (const auto field = fields.next()) {
    if (field->number == 1) type = field->varint;
    if (field->number >= 4 && field->number <= 6) content = field->bytes;
  }
  if (type == kFloat && content.size() == sizeof(float)) return little_endian<float>(content);
  if (type == kDouble && content.size() == sizeof(double)) return little_endian<double>(content);
  return std::nullopt;
}

void read_value(std::string_view message, EventScalars& event) {
  std::string_view tag;
  std::optional<double> number;
  FieldReader fields(message);
  while (const auto field = fields.next()) {
    if (field->number == 1 && field->type == WireType::kBytes) tag = field->bytes;
    if (field->number == 2 && field->type == WireType::kFixed32) {
      number = little_endian<float>(field->bytes);
    }
    if (field->number == 8 && field->type == WireType::kBytes) number = read_tensor(field->bytes);
  }
  if (number && !tag.empty()) event.scalars.emplace_back(tag, *number);
}

}  // namespace

std::optional<std::uint64_t> record_length(std::string_view head) {
  constexpr std::size_t kLength = sizeof(std::uint64_t);
  if (little_endian<std::uint32_t>(head.substr(kLength)) != masked_crc(head.substr(0, kLength))) {
    return std::nullopt;
  }
  return little_endian<std::uint64_t>(head);
}

bool record_is_sound(std::string_view record) {
  const std::string_view data =
      record.substr(kRecordHead, record.size() - kRecordHead - kRecordTail);
  return little_endian<std::uint32_t>(record.substr(record.size() - kRecordTail)) ==
         masked_crc(data);
}

EventScalars read_event(std::string_view data) {
  EventScalars event;
  FieldReader fields(data);
  while (const auto field = fields.next()) {
    if (field->number == 2 && field->type == WireType::kVarint) {
      event.step = static_cast<std::int64_t>(field->varint);
    }
    if (field->number != 5 || field->type != WireType::kBytes) continue;
    FieldReader values(field->bytes);
    while (const auto value = values.next()) {
      if (value->number == 1 && value->type == WireType::kBytes) read_value(value->bytes, event);
    }
  }
  return event;
}

}  // namespace hpopt
