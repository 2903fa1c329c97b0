#include "recorded_disk.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdarg>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

namespace hpopt::testing {
namespace {

constexpr std::size_t kSector = 512;  // bytes: what a disk writes whole

std::atomic<RecordedDisk*> g_disk{nullptr};

std::string path_of(int fd) {
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = ::readlink(link.c_str(), path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : std::string();
}

std::string parent_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

void put(std::string& content, off_t offset, std::string_view data) {
  const auto begin = static_cast<std::size_t>(offset);
  content.resize(std::max(content.size(), begin + data.size()));
  content.replace(begin, data.size(), data);
}

/// Some of its sectors.
void put_torn(std::string& content, off_t offset, std::string_view data, Rng& rng) {
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t end = (static_cast<std::size_t>(offset) + at) / kSector * kSector + kSector;
    const std::size_t size =
        std::min(data.size() - at, end - static_cast<std::size_t>(offset) - at);
    if (rng.below(2) == 0) put(content, offset + static_cast<off_t>(at), data.substr(at, size));
    at += size;
  }
}

}  // namespace

RecordedDisk::RecordedDisk(std::string folder) : folder_(std::move(folder)) { g_disk = this; }

void RecordedDisk::stop() { g_disk = nullptr; }

std::size_t RecordedDisk::size() const {
  const std::scoped_lock lock(mutex_);
  return events_.size();
}

bool RecordedDisk::is_sync(std::size_t event) const {
  return events_[event].kind == Kind::kSync || events_[event].kind == Kind::kSyncFolder;
}

/// Empty: not of ours.
std::string RecordedDisk::below(const std::string& path) const {
  if (path == folder_) return "/";
  return path.starts_with(folder_ + "/") ? path.substr(folder_.size()) : std::string();
}

void RecordedDisk::add(Event event) { events_.push_back(std::move(event)); }

void RecordedDisk::made(const std::string& path, bool folder) {
  const std::scoped_lock lock(mutex_);
  struct stat status {};
  if (below(path).empty() || ::stat(path.c_str(), &status) != 0) return;
  files_[status.st_ino] = ++last_file_;
  add({.kind = folder ? Kind::kFolder : Kind::kFile, .path = below(path), .file = last_file_});
}

void RecordedDisk::unlinked(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  if (!below(path).empty()) add({.kind = Kind::kUnlink, .path = below(path)});
}

/// 0: not of ours.
int RecordedDisk::file_of(int fd) {
  struct stat status {};
  if (below(path_of(fd)).empty() || ::fstat(fd, &status) != 0) return 0;
  const auto found = files_.find(status.st_ino);
  return found == files_.end() ? 0 : found->second;
}

void RecordedDisk::written(int fd, off_t offset, std::string_view data) {
  const std::scoped_lock lock(mutex_);
  const int file = file_of(fd);
  if (file == 0) return;
  add({.kind = Kind::kWrite, .file = file, .offset = offset, .data = std::string(data)});
}

void RecordedDisk::truncated(int fd, off_t size) {
  const std::scoped_lock lock(mutex_);
  const int file = file_of(fd);
  if (file != 0) add({.kind = Kind::kTruncate, .file = file, .offset = size});
}

void RecordedDisk::synced(int fd) {
  const std::scoped_lock lock(mutex_);
  const std::string path = below(path_of(fd));
  struct stat status {};
  if (path.empty() || ::fstat(fd, &status) != 0) return;
  if (S_ISDIR(status.st_mode)) {
    add({.kind = Kind::kSyncFolder, .path = path});
  } else if (const int file = file_of(fd); file != 0) {
    add({.kind = Kind::kSync, .file = file});
  }
}

/// Of each of the first `instant` events, whether a sync took it to the disk before.
std::vector<bool> RecordedDisk::lasting(std::size_t instant) const {
  std::vector<bool> lasts(instant);
  std::set<int> files;
  std::set<std::string> folders;
  for (std::size_t i = instant; i-- > 0;) {
    const Event& event = events_[i];
    const bool named =
        event.kind == Kind::kFile || event.kind == Kind::kFolder || event.kind == Kind::kUnlink;
    if (event.kind == Kind::kSync) files.insert(event.file);
    if (event.kind == Kind::kSyncFolder) folders.insert(event.path);
    lasts[i] = named ? folders.contains(parent_of(event.path)) : files.contains(event.file);
  }
  return lasts;
}

void RecordedDisk::rebuild(std::size_t instant, Rng& rng, const std::string& into) const {
  std::map<std::string, std::pair<bool, int>> names;  // whether a folder, and which file
  std::map<int, std::string> contents;
  const std::uint64_t luck = rng.below(3);  // 0: all that was not synced is lost; 1: some; 2: none
  const std::vector<bool> lasts = lasting(instant);
  for (std::size_t i = 0; i < instant; ++i) {
    const Event& event = events_[i];
    const bool whole = luck == 2 || lasts[i];
    const bool kept = whole || (luck == 1 && rng.below(3) > 0);
    if (!kept) continue;
    std::string& content = contents[event.file];
    if (event.kind == Kind::kFile || event.kind == Kind::kFolder) {
      names[event.path] = {event.kind == Kind::kFolder, event.file};
    } else if (event.kind == Kind::kUnlink) {
      names.erase(event.path);
    } else if (event.kind == Kind::kTruncate) {
      content.resize(static_cast<std::size_t>(event.offset));
    } else if (event.kind == Kind::kWrite && (whole || rng.below(2) == 0)) {
      put(content, event.offset, event.data);
    } else if (event.kind == Kind::kWrite) {
      put_torn(content, event.offset, event.data, rng);
    }
  }
  std::filesystem::create_directories(into);
  for (const auto& [path, name] : names) {  // folders come before what is in them
    if (!std::filesystem::is_directory(into + parent_of(path))) continue;
    if (name.first) {
      std::filesystem::create_directory(into + path);
    } else {
      std::ofstream(into + path, std::ios::binary) << contents[name.second];
    }
  }
}

namespace {

template <typename Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

bool is_there(const char* path) {
  struct stat status {};
  return ::lstat(path, &status) == 0;
}

int open_recorded(const char* name, const char* path, int flags, mode_t mode) {
  const auto call = real<int (*)(const char*, int, ...)>(name);
  RecordedDisk* disk = (flags & O_CREAT) != 0 ? g_disk.load() : nullptr;
  const bool fresh = disk != nullptr && !is_there(path);
  const int fd = call(path, flags, mode);
  if (fd >= 0 && fresh) disk->made(path, false);
  return fd;
}

mode_t mode_argument(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace
}  // namespace hpopt::testing

using hpopt::testing::g_disk;
using hpopt::testing::real;
using hpopt::testing::RecordedDisk;

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = hpopt::testing::mode_argument(flags, arguments);
  va_end(arguments);
  return hpopt::testing::open_recorded("open", path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = hpopt::testing::mode_argument(flags, arguments);
  va_end(arguments);
  return hpopt::testing::open_recorded("open64", path, flags, mode);
}

int mkdir(const char* path, mode_t mode) noexcept {
  static const auto call = real<int (*)(const char*, mode_t)>("mkdir");
  const int failed = call(path, mode);
  RecordedDisk* disk = g_disk;
  if (failed == 0 && disk != nullptr) disk->made(path, true);
  return failed;
}

int unlink(const char* path) noexcept {
  static const auto call = real<int (*)(const char*)>("unlink");
  const int failed = call(path);
  RecordedDisk* disk = g_disk;
  if (failed == 0 && disk != nullptr) disk->unlinked(path);
  return failed;
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  static const auto call = real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  const ssize_t written = call(fd, data, size, offset);
  RecordedDisk* disk = g_disk;
  if (written > 0 && disk != nullptr) {
    disk->written(fd, offset, {static_cast<const char*>(data), static_cast<size_t>(written)});
  }
  return written;
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  return pwrite64(fd, data, size, offset);
}

int ftruncate64(int fd, off64_t size) noexcept {
  static const auto call = real<int (*)(int, off64_t)>("ftruncate64");
  const int failed = call(fd, size);
  RecordedDisk* disk = g_disk;
  if (failed == 0 && disk != nullptr) disk->truncated(fd, size);
  return failed;
}

int ftruncate(int fd, off_t size) noexcept { return ftruncate64(fd, size); }

int fdatasync(int fd) {
  static const auto call = real<int (*)(int)>("fdatasync");
  const int failed = call(fd);
  RecordedDisk* disk = g_disk;
  if (failed == 0 && disk != nullptr) disk->synced(fd);
  return failed;
}

int fsync(int fd) {
  static const auto call = real<int (*)(int)>("fsync");
  const int failed = call(fd);
  RecordedDisk* disk = g_disk;
  if (failed == 0 && disk != nullptr) disk->synced(fd);
  return failed;
}

}  // extern "C"
