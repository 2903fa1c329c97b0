#include "exec/file_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text.h"
#include "base/unique_fd.h"
#include "exec/line_splitter.h"

namespace hpopt {
namespace {

constexpr std::size_t kRemembered = 64;
constexpr std::size_t kMostPending = std::size_t{1} << 20U;

std::string read_range(int fd, off_t from, std::size_t count) {
  std::string bytes(count, '\0');
  const ssize_t got = ::pread(fd, bytes.data(), count, from);
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return bytes;
}

std::string_view without_quotes(std::string_view cell) {
  cell = trim(cell);
  if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
    cell = cell.substr(1, cell.size() - 2);
  }
  return cell;
}

}  // namespace

std::string source_path(const std::string& source, const std::string& directory,
                        const std::string& trial_directory) {
  constexpr std::string_view kTrialDirectory = "${trial_dir}";
  std::string path = source;
  if (const std::size_t at = path.find(kTrialDirectory); at != std::string::npos) {
    path.replace(at, kTrialDirectory.size(), trial_directory);
  }
  return std::filesystem::path(path).is_absolute() ? path : directory + "/" + path;
}

FileSource::FileSource(std::string path, MetricParser parser)
    : path_(std::move(path)), parser_(std::move(parser)) {
  if (path_.ends_with(".csv")) separator_ = ',';
  if (path_.ends_with(".tsv")) separator_ = '\t';
  const UniqueFd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return;
  if (separator_ != '\0') {  // the names of the columns are needed even when the rows are old
    std::vector<Understood> none;
    const std::string start = read_range(file.get(), 0, std::size_t{1} << 16U);
    if (const std::size_t end = start.find('\n'); end != std::string::npos) {
      take_line(std::string_view(start).substr(0, end), none);
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
  pending_.clear();
  head_read_ = false;
}

std::vector<Understood> FileSource::read() {
  std::vector<Understood> out;
  const UniqueFd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return out;
  if (!is_the_same_file(file.get())) open_again();
  inode_ = status.st_ino;
  constexpr std::size_t kPiece = std::size_t{1} << 16U;
  for (;;) {
    const std::string piece = read_range(file.get(), offset_, kPiece);
    if (piece.empty()) break;
    offset_ += static_cast<off_t>(piece.size());
    before_ = (before_ + piece)
                  .substr(std::max(before_.size() + piece.size(), kRemembered) - kRemembered);
    pending_ += piece;
    std::size_t start = 0;
    for (std::size_t end = pending_.find('\n'); end != std::string::npos;
         end = pending_.find('\n', start)) {
      take_line(std::string_view(pending_).substr(start, end - start), out);
      start = end + 1;
    }
    pending_.erase(0, start);
    if (pending_.size() > kMostPending) pending_.clear();
  }
  return out;
}

void FileSource::take_line(std::string_view line, std::vector<Understood>& out) {
  const std::string text = clean_text(line);
  if (trim(text).empty()) return;
  if (separator_ == '\0') {
    out.push_back(parser_.parse(text));
  } else if (head_read_) {
    out.push_back(take_row(text));
  } else {
    head_read_ = true;
    columns_.clear();
    for (const std::string& cell : split(text, separator_)) {
      columns_.emplace_back(without_quotes(cell));
    }
  }
}

Understood FileSource::take_row(std::string_view line) {
  RecordText said;
  const std::vector<std::string> cells = split(line, separator_);
  for (std::size_t i = 0; i < std::min(cells.size(), columns_.size()); ++i) {
    const auto number = parse_number(without_quotes(cells[i]));
    if (!number) continue;
    if (const auto unit = step_unit(columns_[i])) {
      said.steps.push_back({*unit, *number, std::nullopt});
    } else if (!columns_[i].empty()) {
      said.numbers.emplace_back(columns_[i], *number);
    }
  }
  return parser_.take(said);
}

}  // namespace hpopt
