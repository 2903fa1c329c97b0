#include "exec/write_conflicts.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace hpopt {
namespace {

/// In one look: the caller has other things to do, in time.
constexpr int kMostDescriptors = 1000;

bool opened_for_writing(const std::filesystem::path& fdinfo) {
  std::ifstream info(fdinfo);
  std::string key;
  while (info >> key) {
    if (key != "flags:") continue;
    unsigned flags = 0;
    info >> std::oct >> flags;
    const unsigned mode = flags & static_cast<unsigned>(O_ACCMODE);
    return mode == O_WRONLY || mode == O_RDWR;
  }
  return false;
}

bool guarded_by_its_library(const std::string& path) {
  return path.ends_with(".lock") || path.ends_with("-wal") || path.ends_with("-shm") ||
         path.find("/.cache/") != std::string::npos ||
         path.find("/__pycache__/") != std::string::npos;
}

}  // namespace

std::vector<std::string> files_open_for_writing(pid_t process, int& most) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  std::error_code gone;
  const fs::path root = fmt::format("/proc/{}", process);
  for (fs::directory_iterator entry(root / "fd", gone), end; !gone && entry != end && most > 0;
       entry.increment(gone), --most) {
    std::error_code failed;
    const std::string target = fs::read_symlink(entry->path(), failed).string();
    if (failed || !target.starts_with('/') || target.starts_with("/dev/")) continue;
    if (guarded_by_its_library(target) || !fs::is_regular_file(target, failed)) continue;
    if (opened_for_writing(root / "fdinfo" / entry->path().filename())) files.push_back(target);
  }
  return files;
}

std::vector<std::string> WriteConflicts::look(
    const std::map<TrialId, std::vector<pid_t>>& processes) {
  std::map<std::string, std::set<TrialId>> writers;
  int most = kMostDescriptors;
  for (const auto& [trial, members] : processes) {
    for (const pid_t member : members) {
      for (const std::string& file : files_open_for_writing(member, most)) {
        writers[file].insert(trial);
      }
    }
  }
  std::vector<std::string> lines;
  for (const auto& [file, trials] : writers) {
    if (trials.size() < 2 || !told_.insert(file).second) continue;
    lines.push_back(fmt::format(
        "trials {} and {} both write {}: give each its own, by a mark such as '~trial_dir()' "
        "in the command",
        *trials.begin(), *std::next(trials.begin()), file));
  }
  return lines;
}

}  // namespace hpopt
