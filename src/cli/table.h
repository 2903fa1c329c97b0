// Table: aligned columns for people, made narrower where the terminal is.
#pragma once

#include <string>
#include <vector>

#include "cli/display.h"

namespace hpopt {

struct Column {
  std::string title;
  bool right = false;    ///< Numbers stand to the right.
  bool elastic = false;  ///< Is cut first when the table is too wide.
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<Ink> inks;  ///< Of the rows; empty: plain.
};

/// With a line of titles, unless all are empty; columns without a single cell are left out. Lines
/// end in a newline and carry no blanks at their end.
[[nodiscard]] std::string draw(const Table& table, const Look& look);

}  // namespace hpopt
