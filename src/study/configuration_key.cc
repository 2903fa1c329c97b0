#include "study/configuration_key.h"

#include <bit>
#include <string_view>

namespace hpopt {
namespace {

/// FNV-1a (Fowler, Noll, Vo), 64 bits; the words of a number in little-endian order.
class KeyHash {
 public:
  void add(std::uint8_t byte) { state_ = (state_ ^ byte) * 0x100000001b3U; }
  void add(std::string_view text) {
    add(static_cast<std::uint64_t>(text.size()));
    for (const char letter : text) add(static_cast<std::uint8_t>(letter));
  }
  void add(std::uint64_t word) {
    for (unsigned shift = 0; shift < 64; shift += 8) add(static_cast<std::uint8_t>(word >> shift));
  }
  /// Spread by the finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014, figure 15).
  [[nodiscard]] std::uint64_t value() const {
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325U;
};

struct AddValue {
  KeyHash& hash;
  void operator()(std::monostate) const {}
  void operator()(bool value) const { hash.add(static_cast<std::uint8_t>(value)); }
  void operator()(std::int64_t value) const { hash.add(static_cast<std::uint64_t>(value)); }
  void operator()(double value) const {
    hash.add(std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value));  // -0.0 equals 0.0
  }
  void operator()(const std::string& value) const { hash.add(std::string_view(value)); }
  void operator()(const JsonText& value) const { hash.add(std::string_view(value.text)); }
};

}  // namespace

std::uint64_t configuration_key(const Configuration& configuration) {
  KeyHash hash;
  for (const auto& [name, value] : configuration) {
    hash.add(std::string_view(name));
    hash.add(static_cast<std::uint8_t>(value.held().index()));
    std::visit(AddValue{hash}, value.held());
  }
  return hash.value();
}

}  // namespace hpopt
