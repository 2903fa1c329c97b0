#include "exec/trial_log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "exec/memory_words.h"
#include "exec/plain_file.h"

namespace hpopt {
namespace {

constexpr std::size_t kMostPending = std::size_t{1} << 16U;
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

Result<TrialLog> TrialLog::open(const std::string& path) {
  auto file = append_to_plain_file(path);
  if (!file) return file.error();
  TrialLog log;
  log.path_ = path;
  struct stat status {};
  if (::fstat(file->get(), &status) == 0) log.size_ = static_cast<std::size_t>(status.st_size);
  log.file_ = std::move(*file);
  return log;
}

void TrialLog::add(const Record& record) {
  pending_ += record.raw;
  if (pending_.size() >= kMostPending) flush();
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
    size_ += static_cast<std::size_t>(written);
  }
  pending_.clear();
  if (size_ >= kFull) turn_over();
}

void TrialLog::turn_over() {
  const std::string head = path_ + ".head";
  const std::string before = path_ + ".1";
  const bool first = !std::filesystem::exists(head);
  const bool second = !first && !std::filesystem::exists(before);
  file_.reset();
  size_ = 0;
  if (::rename(path_.c_str(), (first ? head : before).c_str()) != 0) return;
  if (auto file = append_to_plain_file(path_)) file_ = std::move(*file);
  pending_ = first    ? "[hpopt: what came before this is in log.head]\n"
             : second ? "[hpopt: what came before this is in log.1, and before that in log.head]\n"
                      : "[hpopt: what came before this is in log.1 and, from the start, in "
                        "log.head; what lies between the two was not kept]\n";
  flush();
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

Memory TrialLog::memory_told() const { return memory_told_by(tail_); }

}  // namespace hpopt
