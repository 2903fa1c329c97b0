// Whose memory was short.
#pragma once

#include <cstdint>
#include <string_view>

namespace hpopt {

enum class Memory : std::uint8_t {
  kEnough,  ///< None was short, as far as anybody knows.
  kHost,    ///< The machine's; or nobody said whose.
  kDevice,  ///< A GPU's or the like.
};

/// "memory", "GPU memory": as in "it ran out of ...".
[[nodiscard]] constexpr std::string_view in_words(Memory memory) {
  return memory == Memory::kDevice ? "GPU memory" : "memory";
}

}  // namespace hpopt
