/* Kills its own process just before the N-th operation on a journal, so that a test can try every
 * gap between two of them:
 *
 *   LD_PRELOAD=libkill_at_operation.so KILL_AT=17 KILL_LOG=FILE hpopt run ...
 *
 * Operations are creations, writes, syncs, truncations, locks and removals of files whose name
 * begins with journal.db. Each adds a line to KILL_LOG, the one that was not done any more too.
 * KILL_AT 0, or none: only counts. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long operations;
static long kill_at;
static const char* kill_log;

__attribute__((constructor)) static void read_environment(void) {
  const char* at = getenv("KILL_AT");
  if (at != NULL) kill_at = atol(at);
  kill_log = getenv("KILL_LOG");
}

static const char* journal_in(const char* path) {
  const char* name = path == NULL ? NULL : strrchr(path, '/');
  return name != NULL && strncmp(name, "/journal.db", 11) == 0 ? name + 1 : NULL;
}

static void write_line(long number, const char* what, const char* file) {
  char line[256];
  const int length = snprintf(line, sizeof line, "%ld %s %s\n", number, what, file);
  const int log =
      (int)syscall(SYS_openat, AT_FDCWD, kill_log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) return;
  if (syscall(SYS_write, log, line, (size_t)length) != length) abort();
  syscall(SYS_close, log);
}

static void before(const char* what, const char* path) {
  const char* file = journal_in(path);
  if (file == NULL) return;
  const long number = atomic_fetch_add(&operations, 1) + 1;
  if (kill_log != NULL) write_line(number, what, file);
  if (number == kill_at) syscall(SYS_kill, getpid(), SIGKILL);
}

static void before_on(const char* what, int fd) {
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return;
  path[length] = '\0';
  before(what, path);
}

/* The function of that name that would have been called without us. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  before_on("write", fd);
  return REAL(pwrite)(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  before_on("write", fd);
  return REAL(pwrite64)(fd, data, size, at);
}

ssize_t write(int fd, const void* data, size_t size) {
  before_on("write", fd);
  return REAL(write)(fd, data, size);
}

int fsync(int fd) {
  before_on("sync", fd);
  return REAL(fsync)(fd);
}

int fdatasync(int fd) {
  before_on("sync", fd);
  return REAL(fdatasync)(fd);
}

int ftruncate(int fd, off_t size) {
  before_on("truncate", fd);
  return REAL(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size) {
  before_on("truncate", fd);
  return REAL(ftruncate64)(fd, size);
}

int flock(int fd, int operation) {
  before_on(operation == LOCK_UN ? "leave queue" : "queue", fd);
  return REAL(flock)(fd, operation);
}

int unlink(const char* path) {
  before("remove", path);
  return REAL(unlink)(path);
}

static void before_fcntl(int fd, int command, void* argument) {
  if (command != F_SETLK && command != F_SETLKW) return;
  const struct flock* lock = argument;
  before_on(lock->l_type == F_UNLCK ? "unlock" : "lock", fd);
}

#define FCNTL(name)                           \
  int name(int fd, int command, ...) {        \
    va_list list;                             \
    va_start(list, command);                  \
    void* argument = va_arg(list, void*);     \
    va_end(list);                             \
    before_fcntl(fd, command, argument);      \
    return REAL(name)(fd, command, argument); \
  }
FCNTL(fcntl)
FCNTL(fcntl64)

#define OPEN(name)                                    \
  int name(const char* path, int flags, ...) {        \
    va_list list;                                     \
    va_start(list, flags);                            \
    const mode_t mode = va_arg(list, mode_t);         \
    va_end(list);                                     \
    if ((flags & O_CREAT) != 0) before("make", path); \
    return REAL(name)(path, flags, mode);             \
  }
OPEN(open)
OPEN(open64)
