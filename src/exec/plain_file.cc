#include "exec/plain_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/files.h"

namespace hpopt {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr int kNoWait = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/// Invalid, with errno set, unless it is a plain file.
UniqueFd only_plain(UniqueFd file) {
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return {};
  if (S_ISREG(status.st_mode)) return file;
  file.reset();
  errno = EINVAL;
  return {};
}

UniqueFd open_to_append(const std::string& path) {
  return only_plain(UniqueFd(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | kNoWait, kOwnerOnly)));
}

}  // namespace

UniqueFd open_plain_file(const std::string& path) {
  return only_plain(UniqueFd(::open(path.c_str(), O_RDONLY | kNoWait)));
}

Result<UniqueFd> append_to_plain_file(const std::string& path) {
  UniqueFd file = open_to_append(path);
  if (file) return file;
  const bool replaceable = errno == EINVAL || errno == ELOOP || errno == ENXIO;
  if (replaceable && ::unlink(path.c_str()) == 0) file = open_to_append(path);
  if (!file) return file_error("open to write", path, errno);
  return file;
}

Status write_plain_file(const std::string& path, const std::string& text) {
  ::unlink(path.c_str());
  const UniqueFd file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | kNoWait, kOwnerOnly));
  if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return file_error("write", path, errno);
  }
  return success();
}

std::string read_range(int fd, off_t from, std::size_t count) {
  std::string bytes(count, '\0');
  const ssize_t got = ::pread(fd, bytes.data(), count, from);
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return bytes;
}

}  // namespace hpopt
