#include "exec/output_pipes.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

namespace hpopt {
namespace {

constexpr winsize kWide{.ws_row = 50, .ws_col = 200, .ws_xpixel = 0, .ws_ypixel = 0};

Error no_output(const char* what) {
  return {Code::kUnavailable,
          fmt::format("cannot open {}: {}", what, std::generic_category().message(errno)),
          {},
          "raise the limit on open files (ulimit -n), or run fewer workers"};
}

bool make_pipe(UniqueFd& ours, UniqueFd& theirs) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  ours.reset(ends[0]);
  theirs.reset(ends[1]);
  return ::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

/// Output as it is written, without echo or added carriage returns, wide enough not to be wrapped.
void set_terminal(int fd) {
  termios mode{};
  if (::tcgetattr(fd, &mode) == 0) {
    mode.c_oflag &= ~static_cast<tcflag_t>(OPOST);
    mode.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(fd, TCSANOW, &mode);
  }
  ::ioctl(fd, TIOCSWINSZ, &kWide);
}

}  // namespace

Result<OutputPipes> open_output(bool terminal) {
  OutputPipes pipes;
  if (!terminal) {
    const bool made =
        make_pipe(pipes.out, pipes.child_out) && make_pipe(pipes.err, pipes.child_err);
    if (!made) return no_output("a pipe");
    return pipes;
  }
  pipes.out.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, 64> name{};
  if (!pipes.out || ::grantpt(pipes.out.get()) != 0 || ::unlockpt(pipes.out.get()) != 0 ||
      ::ptsname_r(pipes.out.get(), name.data(), name.size()) != 0) {
    return no_output("a terminal");
  }
  pipes.child_out.reset(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!pipes.child_out) return no_output("a terminal");
  set_terminal(pipes.child_out.get());
  return pipes;
}

}  // namespace hpopt
