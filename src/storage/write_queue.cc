#include "storage/write_queue.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>

#include "storage/private_file.h"
#include "storage/store_error.h"

namespace hpopt {
namespace {

// A turn lasts some microseconds: most waits are over before a thread would have started.
constexpr Nanos kLookEvery = std::chrono::microseconds(50);
constexpr Nanos kLookFor = std::chrono::milliseconds(5);

/// EWOULDBLOCK: another has its turn. Any other failure means that there is no queue here.
bool is_taken(int fd) {
  int failed = 0;
  do {
    failed = ::flock(fd, LOCK_EX | LOCK_NB);
  } while (failed != 0 && errno == EINTR);
  return failed != 0 && errno == EWOULDBLOCK;
}

Nanos now() { return SystemClock().monotonic(); }

Error locked(const std::string& path) {
  return {Code::kStorage, "another process keeps the store locked", path,
          "wait until it ends, or end it: `fuser " + path + "` names it"};
}

}  // namespace

/// One place in the kernel's queue, and the thread that stands there.
struct WriteQueue::Waiter {
  explicit Waiter(int file) : fd(file) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() { ::close(fd); }

  enum class Turn : std::uint8_t { kWaiting, kOurs, kGivenBack };

  static void stand(const std::shared_ptr<Waiter>& self) {
    while (::flock(self->fd, LOCK_EX) != 0 && errno == EINTR) {
    }
    const std::scoped_lock lock(self->mutex);
    if (!self->wanted) ::flock(self->fd, LOCK_UN);
    self->turn = self->wanted ? Turn::kOurs : Turn::kGivenBack;
    self->changed.notify_all();
  }

  Turn wait(Nanos until) {
    std::unique_lock lock(mutex);
    wanted = true;
    changed.wait_for(lock, std::max(Nanos{0}, until - now()),
                     [this] { return turn != Turn::kWaiting; });
    wanted = false;
    return turn;
  }

  const int fd;  ///< Of the queue's own open file: the turn is the queue's, not the thread's.
  std::mutex mutex;
  std::condition_variable changed;
  bool wanted = true;
  Turn turn = Turn::kWaiting;
};

WriteQueue::WriteQueue(std::string path) : path_(std::move(path)) {}

WriteQueue::WriteQueue(WriteQueue&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      waiter_(std::move(other.waiter_)) {}

WriteQueue& WriteQueue::operator=(WriteQueue&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  std::swap(waiter_, other.waiter_);
  return *this;
}

WriteQueue::~WriteQueue() {
  if (fd_ >= 0) ::close(fd_);
}

Status WriteQueue::open() {
  if (fd_ >= 0) return success();
  fd_ = open_private_file(path_).release();
  return fd_ >= 0 ? success() : store_error("write to the store", path_, errno);
}

Status WriteQueue::enter(Nanos patience) {
  if (Status opened = open(); !opened) return opened;
  const Nanos until = now() + patience;
  for (;;) {
    if (!waiter_ && comes_soon(until)) return success();
    if (Status standing = stand(); !standing) return standing;
    const Waiter::Turn turn = waiter_->wait(until);
    if (turn == Waiter::Turn::kWaiting) return locked(path_);
    waiter_.reset();
    if (turn == Waiter::Turn::kOurs) return success();
  }  // its turn came while nobody wanted it: once more
}

bool WriteQueue::comes_soon(Nanos until) const {
  until = std::min(until, now() + kLookFor);
  for (;;) {
    if (!is_taken(fd_)) return true;
    if (now() >= until) return false;
    std::this_thread::sleep_for(kLookEvery);
  }
}

/// Where nobody stands for us yet.
Status WriteQueue::stand() {
  if (waiter_) return success();
  const int file = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (file < 0) return store_error("wait for the store", path_, errno);
  waiter_ = std::make_shared<Waiter>(file);
  std::thread(&Waiter::stand, waiter_).detach();
  return success();
}

void WriteQueue::leave() { ::flock(fd_, LOCK_UN); }

}  // namespace hpopt
