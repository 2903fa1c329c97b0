#include "exec/trial_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>

#include "base/files.h"
#include "base/text.h"

namespace hpopt {
namespace {

constexpr std::size_t kLinesKept = 40;
constexpr std::size_t kLongestLineKept = 400;

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
  constexpr mode_t kOwnerOnly = 0600;
  TrialLog log;
  log.file_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kOwnerOnly));
  if (!log.file_) return file_error("open the trial's log", path, errno);
  return log;
}

void TrialLog::add(const Record& record) {
  pending_ += record.raw;
  const std::string_view text = trim(record.text);
  if (!text.empty()) {
    if (overwrites_ && !tail_.empty()) tail_.pop_back();
    tail_.emplace_back(text.substr(0, kLongestLineKept));
    if (tail_.size() > kLinesKept) tail_.pop_front();
    overwrites_ = record.overwritten;
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
