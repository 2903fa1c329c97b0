#include "cli/signals.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace hpopt {
namespace {

constexpr std::array kCounted{SIGINT, SIGTERM, SIGHUP, SIGTSTP};

// A signal handler reaches nothing but globals.
std::atomic<int> g_interrupts{0};
std::atomic<int> g_suspensions{0};
std::atomic<int> g_wake_fd{-1};
static_assert(std::atomic<int>::is_always_lock_free);

void count_signal(int signal) {
  const int saved = errno;
  (signal == SIGTSTP ? g_suspensions : g_interrupts).fetch_add(1);
  const std::uint64_t one = 1;
  const ssize_t written = write(g_wake_fd.load(), &one, sizeof one);
  (void)written;  // the engine looks at the counter by itself soon
  errno = saved;
}

void set_handler(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

SignalScope::SignalScope() : wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  g_interrupts = 0;
  g_suspensions = 0;
  g_wake_fd = wake_.get();
  for (const int signal : kCounted) set_handler(signal, count_signal);
  set_handler(SIGPIPE, SIG_IGN);
}

SignalScope::~SignalScope() {
  for (const int signal : kCounted) set_handler(signal, SIG_DFL);
  set_handler(SIGPIPE, SIG_DFL);
  g_wake_fd = -1;
}

const std::atomic<int>* SignalScope::interrupts() const { return &g_interrupts; }
const std::atomic<int>* SignalScope::suspensions() const { return &g_suspensions; }

void suspend_process() { raise(SIGSTOP); }

}  // namespace hpopt
