// Preloaded into the real program, it makes the disk beneath the journal fail as the file named by
// FAULT_ORDERS says: lines of "WHAT EFFECT", read anew at each call.
//
//   write 28      writing fails with that errno; so do sync and truncate
//   sync 5
//   sync hang     it never returns
//   sync 0.5      it takes so many seconds longer
//
// Only files with "journal.db" in their name are touched.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

bool is_journal(int fd) {
  char link[64];
  char path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return false;
  path[length] = 0;
  return std::strstr(path, "journal.db") != nullptr;
}

void pause_for(double seconds) {
  timespec left{
      static_cast<time_t>(seconds),
      static_cast<long>((seconds - static_cast<double>(static_cast<time_t>(seconds))) * 1e9)};
  while (nanosleep(&left, &left) != 0) {
  }
}

/// Whether the call fails, with errno set.
bool fails(int fd, const char* what) {
  const char* orders = std::getenv("FAULT_ORDERS");
  if (orders == nullptr || !is_journal(fd)) return false;
  std::FILE* file = std::fopen(orders, "re");
  if (file == nullptr) return false;
  char name[32];
  char effect[32];
  int failure = 0;
  double seconds = 0;
  while (std::fscanf(file, "%31s %31s", name, effect) == 2) {
    if (std::strcmp(name, what) != 0) continue;
    if (std::strcmp(effect, "hang") == 0) {
      seconds = 3600;
    } else if (std::strchr(effect, '.') != nullptr) {
      seconds = std::atof(effect);
    } else {
      failure = std::atoi(effect);
    }
  }
  std::fclose(file);
  if (seconds > 0) pause_for(seconds);
  errno = failure;
  return failure != 0;
}

template <typename Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  static const auto call = real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return fails(fd, "write") ? -1 : call(fd, data, size, offset);
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  return pwrite64(fd, data, size, offset);
}

int ftruncate64(int fd, off64_t size) {
  static const auto call = real<int (*)(int, off64_t)>("ftruncate64");
  return fails(fd, "truncate") ? -1 : call(fd, size);
}

int fdatasync(int fd) {
  static const auto call = real<int (*)(int)>("fdatasync");
  return fails(fd, "sync") ? -1 : call(fd);
}

int fsync(int fd) {
  static const auto call = real<int (*)(int)>("fsync");
  return fails(fd, "sync") ? -1 : call(fd);
}

}  // extern "C"
