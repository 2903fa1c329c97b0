#include "exec/tensorboard_source.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "exec/event_record.h"
#include "exec/line_splitter.h"
#include "exec/plain_file.h"

namespace hpopt {
namespace {

constexpr std::string_view kEventFile = ".tfevents.";
constexpr std::size_t kPieceOfEvents = std::size_t{1} << 18U;
constexpr std::size_t kMostFiles = 1000;
constexpr std::uint64_t kLongestRecord = std::uint64_t{1} << 40U;

}  // namespace

bool holds_events(const std::string& path) {
  std::error_code none;
  return std::filesystem::path(path).filename().string().find(kEventFile) != std::string::npos ||
         std::filesystem::is_directory(path, none);
}

// The start of an old file shows from what its tags count: a run that goes on from a checkpoint
// doesn't begin at 0.
TensorboardSource::TensorboardSource(std::string path) : path_(std::move(path)) {
  if (!holds_events(path_)) return;
  std::vector<Understood> old;
  for (const std::string& name : event_files()) {
    EventFile& file = files_[name];
    read_file(name, file, kPieceOfEvents, old);
    struct stat status {};
    if (::stat(name.c_str(), &status) == 0) file.offset = std::max(file.offset, status.st_size);
  }
}

std::vector<std::string> TensorboardSource::event_files() const {
  std::error_code failed;
  if (!std::filesystem::is_directory(path_, failed)) return {path_};
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator entry(path_, failed), end;
       !failed && entry != end && names.size() < kMostFiles; entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (name.find(kEventFile) != std::string::npos) names.push_back(entry->path().string());
  }
  std::sort(names.begin(), names.end());  // their names begin with the time of their making
  return names;
}

std::vector<Understood> TensorboardSource::read() {
  std::vector<Understood> out;
  std::size_t left = kPieceOfEvents;
  behind_ = false;
  for (const std::string& name : event_files()) {
    left -= std::min(left, read_file(name, files_[name], left, out));
    if (behind_) break;
  }
  return out;
}

std::size_t TensorboardSource::read_file(const std::string& path, EventFile& file, std::size_t most,
                                         std::vector<Understood>& out) {
  const UniqueFd opened = file.broken ? UniqueFd() : open_plain_file(path);
  if (!opened) return 0;
  const std::string piece = read_range(opened.get(), file.offset, most);
  std::string_view rest = piece;
  behind_ = piece.size() == most;
  while (rest.size() >= kRecordHead) {
    const auto length = record_length(rest);
    file.broken = !length || *length > kLongestRecord;
    if (file.broken) break;
    const std::uint64_t whole = *length + kRecordHead + kRecordTail;
    if (whole > rest.size()) {
      // Longer than any piece: a picture or a graph.
      if (whole > kPieceOfEvents) file.offset += static_cast<off_t>(whole);
      break;
    }
    const std::string_view record = rest.substr(0, whole);
    if (record_is_sound(record)) {
      auto understood = take_event(record.substr(kRecordHead, *length));
      if (!understood.readings.empty()) out.push_back(std::move(understood));
    }
    rest.remove_prefix(whole);
    file.offset += static_cast<off_t>(whole);
  }
  return piece.size();
}

Understood TensorboardSource::take_event(std::string_view data) {
  Understood understood;
  const EventScalars event = read_event(data);
  if (event.step < 0) return understood;
  for (const auto& [tag, value] : event.scalars) {
    const bool from_zero = zero_based_.emplace(tag, event.step == 0).first->second;
    const double step = static_cast<double>(event.step) + (from_zero ? 1 : 0);
    understood.readings.push_back({clean_text(tag), step, value});
  }
  return understood;
}

}  // namespace hpopt
