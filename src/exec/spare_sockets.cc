#include "exec/spare_sockets.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

namespace hpopt {
namespace {

constexpr std::string_view kSocketFolder = "hpopt-sockets-";
constexpr time_t kFresh = 60;  // seconds: younger ones may be about to be locked

UniqueFd lock_folder(const std::string& path) {
  UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (folder && ::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) folder.reset();
  return folder;
}

/// Ours, not fresh and without its lock.
bool is_stale(const std::string& path) {
  const UniqueFd lock = lock_folder(path);
  struct stat status {};
  return lock && ::fstat(lock.get(), &status) == 0 && status.st_uid == ::geteuid() &&
         status.st_mtime + kFresh < ::time(nullptr);
}

void remove_stale(const std::string& parent) {
  std::error_code failed;
  for (std::filesystem::directory_iterator entry(parent, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const std::filesystem::path& path = entry->path();
    if (!path.filename().string().starts_with(kSocketFolder) || !is_stale(path.string())) continue;
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
}

}  // namespace

SpareSockets::~SpareSockets() {
  if (!folder_.empty()) ::rmdir(folder_.c_str());
}

std::string SpareSockets::path(Token run) {
  if (folder_.empty()) {
    remove_stale(parent_);
    std::string pattern = fmt::format("{}/{}XXXXXX", parent_, kSocketFolder);
    if (::mkdtemp(pattern.data()) != nullptr) folder_ = pattern;
    lock_ = lock_folder(folder_);
  }
  constexpr std::string_view kNowhere = "/dev/null";  // no socket can be made below it
  return fmt::format("{}/{}", folder_.empty() ? kNowhere : folder_, run);
}

}  // namespace hpopt
