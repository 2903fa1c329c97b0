#include "exec/bare_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

namespace hpopt {
namespace {

constexpr std::int64_t kLongestWait = 3'600'000;  // milliseconds

/// As getdents64() gives it.
struct BareEntry {
  std::uint64_t inode;
  std::int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[1];  // NOLINT(modernize-avoid-c-arrays): the kernel's
};

/// 0: it is no number.
pid_t number_of(const char* name) {
  pid_t number = 0;
  for (; *name != '\0'; ++name) {
    if (*name < '0' || *name > '9') return 0;
    number = number * 10 + (*name - '0');
  }
  return number;
}

/// Handlers of hpopt would run here. Ignored children reap themselves.
void forget_handlers() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  ::signal(SIGCHLD, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Locks and pipes of hpopt must not live on here.
void keep_only(int first, int second) {
  const int one = ::fcntl(first, F_DUPFD, 3);
  const int other = second < 0 ? -1 : ::fcntl(second, F_DUPFD, 3);
  ::dup2(one, 0);
  if (other >= 0) ::dup2(other, 1);
  ::syscall(SYS_close_range, other < 0 ? 1U : 2U, ~0U, 0U);
}

}  // namespace

std::int64_t bare_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void become_bare(const char* name, int first, int second) {
  ::prctl(PR_SET_NAME, name);
  ::setsid();
  forget_handlers();
  keep_only(first, second);
}

bool bare_wait(int fd, std::int64_t deadline) {
  for (;;) {
    const std::int64_t now = bare_now();
    if (now >= deadline) return false;
    const std::int64_t left =
        deadline == kBareNever ? kLongestWait : (deadline - now) / 1'000'000 + 1;
    pollfd readable{fd, POLLIN, 0};
    if (::poll(&readable, 1, static_cast<int>(std::min(left, kLongestWait))) > 0) return true;
  }
}

void bare_numbers(int folder, void (*take)(pid_t number, void* context), void* context) {
  alignas(BareEntry) std::array<char, 8192> buffer;  // NOLINT: not worth clearing
  ::lseek(folder, 0, SEEK_SET);
  for (;;) {
    const long got = ::syscall(SYS_getdents64, folder, buffer.data(), buffer.size());
    if (got <= 0) return;
    for (long at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const BareEntry*>(buffer.data() + at);
      if (const pid_t number = number_of(entry->name); number > 0) take(number, context);
      at += entry->length;
    }
  }
}

const char* bare_digits(pid_t number, BareDigits& room) {
  std::size_t at = room.size() - 1;
  room[at] = '\0';
  for (; number > 0; number /= 10) room[--at] = static_cast<char>('0' + number % 10);
  return room.data() + at;
}

std::size_t bare_read(int folder, const char* path, char* buffer, std::size_t size) {
  const int file = ::openat(folder, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  std::size_t length = 0;
  while (length + 1 < size) {
    const ssize_t got = ::read(file, buffer + length, size - 1 - length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    length += static_cast<std::size_t>(got);
  }
  buffer[length] = '\0';
  ::close(file);
  return length;
}

}  // namespace hpopt
