#include "interop/csv.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/json.h"

namespace hpopt {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The one that stands most often in the header.
char separator_of(std::string_view text) {
  const std::string_view header = text.substr(0, text.find('\n'));
  constexpr std::string_view kSeparators = ",;\t";
  return *std::max_element(kSeparators.begin(), kSeparators.end(), [&](char a, char b) {
    return std::count(header.begin(), header.end(), a) <
           std::count(header.begin(), header.end(), b);
  });
}

class CsvParser {
 public:
  CsvParser(std::string_view text, const std::string& where)
      : text_(text), where_(where), separator_(separator_of(text)) {}

  Result<std::vector<CsvRow>> rows() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      CsvRow row{.line = line_, .cells = {}};
      if (Status read = read_row(row); !read) return read.error();
      const bool blank = row.cells.size() == 1 && row.cells.front().empty();
      if (!blank) rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  /// Leaves the place at the beginning of the next row.
  Status read_row(CsvRow& row) {
    for (;;) {
      std::string& cell = row.cells.emplace_back();
      if (at_ < text_.size() && text_[at_] == '"') {
        if (Status read = read_quoted(cell); !read) return read;
      }
      while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') {
        cell += text_[at_++];
      }
      const bool ends = at_ >= text_.size() || text_[at_] == '\n';
      ++at_;
      if (!ends) continue;
      ++line_;
      if (cell.ends_with('\r')) cell.pop_back();
      return success();
    }
  }

  Status read_quoted(std::string& cell) {
    const std::size_t begins = line_;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        cell += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        cell += text_[at_++];
      } else {
        ++at_;
        return success();
      }
    }
    return invalid("a quote is opened and never closed", "close it, or double it inside a cell",
                   fmt::format("{}:{}", where_, begins));
  }

  std::string_view text_;
  const std::string& where_;
  char separator_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

Result<CsvTable> parse_csv(std::string_view text, const std::string& where) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!is_utf8(text)) {
    return invalid("the table is no UTF-8", "convert it, as with iconv -f latin1 -t utf8", where);
  }
  auto rows = CsvParser(text, where).rows();
  if (!rows) return rows.error();
  if (rows->empty()) return invalid("the table is empty", "its first row names the columns", where);
  CsvTable table{.columns = std::move(rows->front().cells), .rows = std::move(*rows)};
  table.rows.erase(table.rows.begin());
  std::set<std::string_view> names;
  for (const std::string& column : table.columns) {
    if (names.insert(column).second) continue;
    return invalid(fmt::format("the column '{}' stands twice", column), "rename one of them",
                   where);
  }
  for (const CsvRow& row : table.rows) {
    if (row.cells.size() == table.columns.size()) continue;
    return invalid(fmt::format("the row has {} cells, and the header {}", row.cells.size(),
                               table.columns.size()),
                   "quote cells that hold a separator", fmt::format("{}:{}", where, row.line));
  }
  return table;
}

}  // namespace hpopt
