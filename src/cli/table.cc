#include "cli/table.h"

#include <algorithm>
#include <numeric>

namespace hpopt {
namespace {

constexpr int kGap = 2;
constexpr int kNarrowest = 6;

/// The columns that have a cell, and how wide each would like to be.
struct Layout {
  std::vector<std::size_t> columns;
  std::vector<int> widths;
};

int natural_width(const Table& table, std::size_t column) {
  int width = 0;
  for (const auto& row : table.rows) width = std::max(width, display_width(row[column]));
  return width;
}

/// Takes what is too much from the elastic columns, the widest first.
void squeeze(const Table& table, Layout& layout, int width) {
  const auto total = [&] {
    return std::accumulate(layout.widths.begin(), layout.widths.end(), 0) +
           kGap * (static_cast<int>(layout.widths.size()) - 1);
  };
  while (total() > width) {
    int* widest = nullptr;
    for (std::size_t i = 0; i < layout.columns.size(); ++i) {
      const bool can = table.columns[layout.columns[i]].elastic && layout.widths[i] > kNarrowest;
      if (can && (widest == nullptr || layout.widths[i] > *widest)) widest = &layout.widths[i];
    }
    if (widest == nullptr) return;
    *widest -= std::min(total() - width, std::max(1, *widest - kNarrowest));
  }
}

Layout lay_out(const Table& table, int width) {
  Layout layout;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    const int natural = natural_width(table, column);
    if (natural == 0 && !table.rows.empty()) continue;
    layout.columns.push_back(column);
    layout.widths.push_back(std::max(natural, display_width(table.columns[column].title)));
  }
  squeeze(table, layout, width);
  return layout;
}

std::string draw_row(const Table& table, const Layout& layout,
                     const std::vector<std::string>& cells, const Look& look) {
  std::string line;
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    const std::size_t column = layout.columns[i];
    const std::string cell = fit(cells[column], layout.widths[i], look);
    if (i > 0) line += std::string(kGap, ' ');
    line += table.columns[column].right ? pad_left(cell, layout.widths[i])
                                        : pad_right(cell, layout.widths[i]);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return fit(line, look.width, look);
}

}  // namespace

std::string draw(const Table& table, const Look& look) {
  const Layout layout = lay_out(table, look.width);
  std::vector<std::string> titles;
  titles.reserve(table.columns.size());
  for (const Column& column : table.columns) titles.push_back(column.title);
  const bool titled =
      std::any_of(titles.begin(), titles.end(), [](const auto& title) { return !title.empty(); });
  std::string text;
  if (titled) text += paint(draw_row(table, layout, titles, look), Ink::kDim, look) + "\n";
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const Ink ink = row < table.inks.size() ? table.inks[row] : Ink::kPlain;
    text += paint(draw_row(table, layout, table.rows[row], look), ink, look) + "\n";
  }
  return text;
}

}  // namespace hpopt
