#include "spec/placeholder.h"

#include <fmt/format.h>

namespace hpopt {
namespace {

void add_text(std::vector<Piece>& pieces, std::string_view text) {
  if (text.empty()) return;
  if (pieces.empty() || pieces.back().kind != Piece::Kind::kText) pieces.emplace_back();
  pieces.back().text += text;
}

Piece placeholder_named(std::string_view inside) {
  const std::size_t mark = inside.find('?');
  if (mark == std::string_view::npos) return {Piece::Kind::kName, std::string(inside)};
  return {Piece::Kind::kFlag, std::string(inside.substr(0, mark)),
          std::string(inside.substr(mark + 1))};
}

}  // namespace

std::vector<Piece> take_apart(std::string_view argument) {
  std::vector<Piece> pieces;
  while (!argument.empty()) {
    const std::size_t open = argument.find("${");
    if (open == std::string_view::npos) break;
    if (open > 0 && argument[open - 1] == '$') {
      add_text(pieces, argument.substr(0, open - 1));
      add_text(pieces, "${");
      argument.remove_prefix(open + 2);
      continue;
    }
    const std::size_t close = argument.find('}', open);
    if (close == std::string_view::npos) break;
    add_text(pieces, argument.substr(0, open));
    pieces.push_back(placeholder_named(argument.substr(open + 2, close - open - 2)));
    argument.remove_prefix(close + 1);
  }
  add_text(pieces, argument);
  return pieces;
}

bool is_argument_list(std::string_view name) {
  return name == "args" || name == "args_no_hyphens" || name == "args_no_boolean_flags";
}

std::string placeholder(std::string_view name) { return fmt::format("${{{}}}", name); }

}  // namespace hpopt
