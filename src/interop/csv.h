// CSV: a table with a header, by RFC 4180; semicolons and tabs part cells too.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hpopt/result.h"

namespace hpopt {

struct CsvRow {
  std::size_t line = 0;  ///< Where it begins, from 1.
  std::vector<std::string> cells;
};

struct CsvTable {
  std::vector<std::string> columns;
  std::vector<CsvRow>
      rows;  ///< Each with as many cells as there are columns; empty lines left out.
};

/// Errors, with `where`:line: an open quote, a row of another length, a column twice, no UTF-8.
[[nodiscard]] Result<CsvTable> parse_csv(std::string_view text, const std::string& where);

}  // namespace hpopt
