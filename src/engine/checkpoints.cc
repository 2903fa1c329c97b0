#include "engine/checkpoints.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <filesystem>
#include <optional>
#include <system_error>

#include "base/files.h"
#include "policy/relief.h"

namespace hpopt {
namespace {

namespace fs = std::filesystem;

/// What du tells: blocks, not lengths, since files may have holes.
std::uint64_t disk_usage(const std::string& path) {
  constexpr std::uint64_t kBlock = 512;
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? kBlock * static_cast<std::uint64_t>(status.st_blocks)
                                             : 0;
}

/// A trainer may have put a link in the place of its folder: what it leads to is not ours.
bool is_folder_of_ours(const std::string& folder) {
  std::error_code failed;
  return fs::is_directory(fs::symlink_status(folder, failed));
}

std::uint64_t usage_below(const std::string& folder) {
  std::uint64_t sum = 0;
  if (!is_folder_of_ours(folder)) return sum;
  std::error_code failed;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied,
                                         failed);
  for (const fs::recursive_directory_iterator end; !failed && entry != end;
       entry.increment(failed)) {
    sum += disk_usage(entry->path().string());
  }
  return sum;
}

/// None: the folder is gone.
std::optional<std::uint64_t> free_space(const std::string& folder) {
  struct statvfs status {};
  if (::statvfs(folder.c_str(), &status) != 0) return std::nullopt;
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

}  // namespace

void Checkpoints::measure(TrialId trial) {
  const std::uint64_t bytes = usage_below(folder_of_(trial));
  if (bytes > 0) {
    bytes_[trial] = bytes;
  } else {
    bytes_.erase(trial);
  }
}

Pool Checkpoints::pool() const {
  Pool pool{.kind = Pool::Kind::kCheckpoints, .name = "disk space", .limit = 0, .kept = bytes_};
  std::optional<std::uint64_t> free;
  for (const auto& [trial, bytes] : bytes_) {
    if (!free) free = free_space(folder_of_(trial));
  }
  if (!free) pool.kept.clear();  // nobody knows how much there is
  pool.limit = (free.value_or(0) + total(pool)) / 2;
  return pool;
}

// The folder itself stays: the trial finds it there when it goes on.
Status Checkpoints::remove(TrialId trial) {
  bytes_.erase(trial);
  const std::string folder = folder_of_(trial);
  if (!is_folder_of_ours(folder)) return success();
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;) {
    const fs::path path = entry->path();
    entry.increment(failed);
    if (!failed) fs::remove_all(path, failed);
  }
  return failed ? file_error("remove a checkpoint", folder, failed.value()) : success();
}

}  // namespace hpopt
