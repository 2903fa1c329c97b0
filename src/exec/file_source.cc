#include "exec/file_source.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/text.h"
#include "exec/plain_file.h"

namespace hpopt {
namespace {

constexpr std::size_t kRemembered = 64;
constexpr std::size_t kPieceOfLines = std::size_t{1} << 18U;

/// The cell at the start of `row`, which is taken away with the separator behind it. Quotes around
/// it protect separators, and a doubled one inside stands for itself (RFC 4180).
std::string take_cell(std::string_view& row, char separator) {
  std::string cell;
  std::string_view rest = trim(row);
  if (rest.starts_with('"')) {
    rest.remove_prefix(1);
    for (std::size_t quote = rest.find('"'); quote != std::string_view::npos;
         quote = rest.find('"')) {
      cell += rest.substr(0, quote);
      rest.remove_prefix(quote + 1);
      if (!rest.starts_with('"')) break;
      cell += '"';
      rest.remove_prefix(1);
    }
    row = rest;
  }
  const std::size_t end = std::min(row.find(separator), row.size());
  cell += trim(row.substr(0, end));
  row.remove_prefix(std::min(end + 1, row.size()));
  return cell;
}

std::vector<std::string> cells_of(std::string_view row, char separator) {
  std::vector<std::string> cells;
  while (!row.empty()) cells.push_back(take_cell(row, separator));
  return cells;
}

}  // namespace

FileSource::FileSource(std::string path, MetricParser parser)
    : path_(std::move(path)), parser_(std::move(parser)) {
  if (path_.ends_with(".csv")) separator_ = ',';
  if (path_.ends_with(".tsv")) separator_ = '\t';
  const UniqueFd file = open_plain_file(path_);
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return;
  if (separator_ != '\0') {  // the names of the columns are needed even when the rows are old
    std::vector<Understood> none;
    const std::string start = read_range(file.get(), 0, std::size_t{1} << 16U);
    if (const std::size_t end = start.find('\n'); end != std::string::npos) {
      take_line(clean_text(std::string_view(start).substr(0, end)), none);
    }
  }
  inode_ = status.st_ino;
  offset_ = status.st_size;
  const auto kept = std::min<off_t>(offset_, kRemembered);
  before_ = read_range(file.get(), offset_ - kept, static_cast<std::size_t>(kept));
}

bool FileSource::is_the_same_file(int fd) const {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return false;
  if (status.st_ino != inode_ || status.st_size < offset_) return false;
  return read_range(fd, offset_ - static_cast<off_t>(before_.size()), before_.size()) == before_;
}

void FileSource::open_again() {
  offset_ = 0;
  before_.clear();
  splitter_ = {};
  head_read_ = false;
}

std::vector<Understood> FileSource::read() {
  std::vector<Understood> out;
  behind_ = false;
  const UniqueFd file = open_plain_file(path_);
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return out;
  if (!is_the_same_file(file.get())) open_again();
  inode_ = status.st_ino;
  const std::string piece = read_range(file.get(), offset_, kPieceOfLines);
  offset_ += static_cast<off_t>(piece.size());
  behind_ = piece.size() == kPieceOfLines;
  before_ += piece.substr(piece.size() - std::min(piece.size(), kRemembered));
  before_.erase(0, before_.size() - std::min(before_.size(), kRemembered));
  splitter_.feed(piece, [&](const Record& record) { take_line(record.text, out); });
  return out;
}

void FileSource::take_line(const std::string& line, std::vector<Understood>& out) {
  if (trim(line).empty()) return;
  if (separator_ == '\0') {
    out.push_back(parser_.parse(line));
  } else if (head_read_) {
    out.push_back(take_row(line));
  } else {
    head_read_ = true;
    columns_ = cells_of(line, separator_);
  }
}

Understood FileSource::take_row(std::string_view line) {
  RecordText said;
  const std::vector<std::string> cells = cells_of(line, separator_);
  for (std::size_t i = 0; i < std::min(cells.size(), columns_.size()); ++i) {
    const auto number = parse_number(cells[i]);
    if (!number) continue;
    if (const auto unit = step_unit(columns_[i])) {
      said.add_step(*unit, *number);
    } else if (!columns_[i].empty()) {
      said.numbers.emplace_back(columns_[i], *number);
    }
  }
  return parser_.take(said);
}

}  // namespace hpopt
