// Placeholders: an argument of a command taken apart into text and names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hpopt {

struct Piece {
  enum class Kind : std::uint8_t {
    kText,  ///< As it stands.
    kName,  ///< ${name}
    kFlag,  ///< ${name?text}
  };
  Kind kind = Kind::kText;
  std::string name = {};  ///< Of kName and kFlag.
  std::string text = {};  ///< Of kText and kFlag.
};

/// $${ is the text ${; an unclosed ${ is text too.
[[nodiscard]] std::vector<Piece> take_apart(std::string_view argument);
/// Whether the name is one of W&B's ${args} family that become several arguments.
[[nodiscard]] bool is_argument_list(std::string_view name);
/// "${name}"
[[nodiscard]] std::string placeholder(std::string_view name);

}  // namespace hpopt
