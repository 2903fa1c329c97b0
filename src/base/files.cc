#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"
#include "base/unique_fd.h"

namespace hpopt {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kDirectoryMode = 0700;

/// 0, or the errno of the write that failed.
int write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// The new name is durable only when its directory is synced too.
void sync_directory(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string name = parent.empty() ? "." : parent.string();
  const UniqueFd directory(::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) ::fsync(directory.get());
}

int write_new_file(const std::string& path, std::string_view content) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
  if (!file) return errno;
  if (const int failure = write_all(file.get(), content); failure != 0) return failure;
  return ::fsync(file.get()) == 0 ? 0 : errno;
}

std::string mend_of(int error_number) {
  if (error_number == EACCES || error_number == EPERM || error_number == EROFS) {
    return "check its permissions, or choose another place";
  }
  if (error_number == ENOSPC || error_number == EDQUOT) return "free some space on that disk";
  return {};
}

/// `made` is called with each directory that was not there.
Status make_each(const std::string& path, const std::function<void(const std::string&)>& made) {
  std::filesystem::path so_far;
  for (const std::filesystem::path& part : std::filesystem::path(path)) {
    so_far /= part;
    if (::mkdir(so_far.c_str(), kDirectoryMode) == 0) {
      made(so_far.string());
    } else if (errno != EEXIST) {
      return file_error("make the directory", so_far.string(), errno);
    }
  }
  if (!std::filesystem::is_directory(path)) {
    return file_error("make the directory", path, ENOTDIR);
  }
  return success();
}

}  // namespace

Error file_error(std::string_view action, const std::string& path, int error_number) {
  const bool missing = error_number == ENOENT || error_number == ENOTDIR;
  return {missing ? Code::kNotFound : Code::kUnavailable,
          fmt::format("cannot {}: {}", action, std::generic_category().message(error_number)), path,
          mend_of(error_number)};
}

Result<std::string> read_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return file_error("read the file", path, errno);
  std::string content;
  std::array<char, 1U << 16U> buffer{};
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error("read the file", path, errno);
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Status write_file_atomic(const std::string& path, std::string_view content) {
  const std::string fresh = fmt::format("{}.{}.tmp", path, random_id());
  int failure = write_new_file(fresh, content);
  if (failure == 0 && std::rename(fresh.c_str(), path.c_str()) != 0) failure = errno;
  if (failure != 0) {
    ::unlink(fresh.c_str());
    return file_error("write the file", path, failure);
  }
  sync_directory(path);
  return success();
}

Status make_directories(const std::string& path) {
  return make_each(path, [](const std::string& /*made*/) {});
}

Status make_lasting_directories(const std::string& path) { return make_each(path, sync_directory); }

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

bool is_real_folder(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// Blocks, as du counts them, and not lengths, since files may have holes.
std::uint64_t space_taken_by(const std::string& folder) {
  namespace fs = std::filesystem;
  constexpr std::uint64_t kBlock = 512;
  if (!is_real_folder(folder)) return 0;
  std::uint64_t blocks = 0;
  std::error_code failed;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied,
                                         failed);
  for (const fs::recursive_directory_iterator end; !failed && entry != end;
       entry.increment(failed)) {
    struct stat status {};
    if (::lstat(entry->path().c_str(), &status) != 0) continue;
    blocks += static_cast<std::uint64_t>(status.st_blocks);
  }
  return kBlock * blocks;
}

}  // namespace hpopt
