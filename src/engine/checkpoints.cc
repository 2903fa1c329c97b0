#include "engine/checkpoints.h"

#include <sys/statvfs.h>

#include <filesystem>
#include <optional>
#include <system_error>

#include "base/files.h"
#include "policy/relief.h"

namespace hpopt {
namespace {

namespace fs = std::filesystem;

/// None: the folder is gone.
std::optional<std::uint64_t> free_space(const std::string& folder) {
  struct statvfs status {};
  if (::statvfs(folder.c_str(), &status) != 0) return std::nullopt;
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

}  // namespace

void Checkpoints::measure(TrialId trial) {
  const std::uint64_t bytes = space_taken_by(folder_of_(trial));
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
  if (!is_real_folder(folder)) return success();
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;) {
    const fs::path path = entry->path();
    entry.increment(failed);
    if (!failed) fs::remove_all(path, failed);
  }
  return failed ? file_error("remove a checkpoint", folder, failed.value()) : success();
}

}  // namespace hpopt
