#include "exec/trial_log.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>

#include "base/text.h"
#include "exec/plain_file.h"

namespace hpopt {
namespace {

constexpr std::size_t kLinesKept = 40;
constexpr std::size_t kLongestLineKept = 400;

/// What stands before the end of the line; its indentation tells how the code hangs together.
std::string_view without_end(std::string_view line) {
  return line.substr(0, line.find_last_not_of(" \t") + 1);
}

/// At most `most` bytes, and no half of a character. REQUIRES: UTF-8.
std::string_view shortened(std::string_view line, std::size_t most) {
  if (line.size() <= most) return line;
  const auto is_inner = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  while (most > 0 && is_inner(line[most])) --most;
  return line.substr(0, most);
}

}  // namespace

bool mentions_out_of_memory(std::string_view line) {
  static constexpr std::array<std::string_view, 11> kSayings{
      "out of memory",          "outofmemory",        "memoryerror",
      "std::bad_alloc",         "resource_exhausted", "resourceexhausted",
      "cannot allocate memory", "not enough memory",  "alloc_failed",
      "error_out_of_",          "oom when allocating"};
  std::string low(line);
  std::transform(low.begin(), low.end(), low.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::any_of(kSayings.begin(), kSayings.end(), [&](std::string_view saying) {
    return low.find(saying) != std::string::npos;
  });
}

Result<TrialLog> TrialLog::open(const std::string& path) {
  auto file = append_to_plain_file(path);
  if (!file) return file.error();
  TrialLog log;
  log.file_ = std::move(*file);
  return log;
}

void TrialLog::add(const Record& record) {
  pending_ += record.raw;
  const std::string_view text = without_end(record.text);
  if (!text.empty()) {
    if (overwrites_ && !tail_.empty()) tail_.pop_back();
    tail_.emplace_back(shortened(text, kLongestLineKept));
    if (tail_.size() > kLinesKept) tail_.pop_front();
    overwrites_ = record.overwritten;
  } else if (!record.overwritten) {
    overwrites_ = false;  // the "\n" of "\r\n"
  }
}

void TrialLog::flush() {
  std::string_view left = pending_;
  while (!left.empty()) {
    const ssize_t written = ::write(file_.get(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  pending_.clear();
}

std::string TrialLog::last_lines(std::size_t count) const {
  const std::size_t first = tail_.size() - std::min(count, tail_.size());
  std::string lines;
  for (std::size_t i = first; i < tail_.size(); ++i) {
    if (!lines.empty()) lines += '\n';
    lines += tail_[i];
  }
  return lines;
}

bool TrialLog::tells_out_of_memory() const {
  return std::any_of(tail_.begin(), tail_.end(),
                     [](const std::string& line) { return mentions_out_of_memory(line); });
}

}  // namespace hpopt
