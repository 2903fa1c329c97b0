#include "cli/outlet.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace hpopt {
namespace {

// A pipe that has room takes PIPE_BUF bytes without waiting. A terminal promises nothing: pieces
// are as small as the least room that it announces.
constexpr std::size_t kTerminalPiece = 128;

}  // namespace

Outlet::Outlet(int fd) : fd_(fd), piece_(isatty(fd) == 1 ? kTerminalPiece : PIPE_BUF) {}

bool Outlet::offer(std::string_view text) {
  push(std::chrono::milliseconds(0));
  if (!on_its_way_.empty()) return false;
  on_its_way_ = text;
  push(std::chrono::milliseconds(0));
  return true;
}

void Outlet::deliver(std::string_view text, std::chrono::milliseconds patience) {
  on_its_way_ += text;
  push(patience);
}

void Outlet::push(std::chrono::milliseconds patience) {
  using Steady = std::chrono::steady_clock;
  const auto until = Steady::now() + patience;
  std::size_t done = 0;
  while (!broken_ && done < on_its_way_.size()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Steady::now());
    if (!wait_for_room(std::max(left, std::chrono::milliseconds(0)))) break;
    const std::size_t size = std::min(piece_, on_its_way_.size() - done);
    const ssize_t written = write(fd_, on_its_way_.data() + done, size);
    if (written > 0) done += static_cast<std::size_t>(written);
    if (written < 0 && errno == EAGAIN) break;
    broken_ = written < 0 && errno != EINTR;
  }
  on_its_way_.erase(0, broken_ ? std::string::npos : done);
}

bool Outlet::wait_for_room(std::chrono::milliseconds patience) {
  pollfd place{.fd = fd_, .events = POLLOUT, .revents = 0};
  int ready = 0;
  do {
    ready = poll(&place, 1, static_cast<int>(patience.count()));
  } while (ready < 0 && errno == EINTR);
  broken_ = ready < 0 || (place.revents & POLLNVAL) != 0;
  return !broken_ && ready > 0;
}

}  // namespace hpopt
