#include "cli/echo_off.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>

namespace hpopt {
namespace {

/// Those that end the process before any destructor runs. KILL can't be caught; shells mend the
/// terminal after it.
constexpr std::array kFatal{SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

termios g_terminal_before;  // a signal handler reaches nothing but globals

void restore_and_die(int signal) {
  tcsetattr(STDIN_FILENO, TCSANOW, &g_terminal_before);
  raise(signal);  // its handler was reset: it takes its usual course
}

/// A job in the background must not touch its terminal: it would be stopped.
bool in_background() {
  const pid_t foreground = tcgetpgrp(STDIN_FILENO);
  return foreground >= 0 && foreground != getpgrp();
}

}  // namespace

struct EchoOff::Before {
  std::array<struct sigaction, kFatal.size()> actions{};
};

EchoOff::EchoOff() {
  if (in_background() || tcgetattr(STDIN_FILENO, &g_terminal_before) != 0) return;
  before_ = std::make_unique<Before>();
  struct sigaction action {};
  action.sa_handler = restore_and_die;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < kFatal.size(); ++i) {
    sigaction(kFatal[i], &action, &before_->actions[i]);
  }
  termios silent = g_terminal_before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  tcsetattr(STDIN_FILENO, TCSANOW, &silent);
}

EchoOff::~EchoOff() {
  if (!before_) return;
  if (!in_background()) tcsetattr(STDIN_FILENO, TCSANOW, &g_terminal_before);
  for (std::size_t i = 0; i < kFatal.size(); ++i) {
    sigaction(kFatal[i], &before_->actions[i], nullptr);
  }
}

}  // namespace hpopt
