#include "cli/deadline_guard.h"

#include <sys/time.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <utility>

#include "base/clock.h"
#include "cli/exit_code.h"
#include "cli/outlet.h"
#include "exec/descendants.h"
#include "exec/keeper.h"

namespace hpopt {
namespace {

// The engine ends in time by itself unless something hangs; hpopt is to be gone a second late at
// most.
constexpr double kLate = 0.6;                           // seconds
constexpr std::chrono::milliseconds kReaderWaits{100};  // each
constexpr Nanos kForEver = std::chrono::hours(24 * 365);
constexpr std::chrono::seconds kSilence{3};  // of the engine
constexpr std::chrono::milliseconds kAsleep{300};
constexpr std::chrono::milliseconds kAfterSleep{600};
constexpr Nanos kKilling = std::chrono::milliseconds(100);

// A signal handler reaches nothing but globals.
std::string g_opening_words;

void end_opening(int /*signal*/) {
  const ssize_t written = ::write(STDERR_FILENO, g_opening_words.data(), g_opening_words.size());
  (void)written;
  ::_exit(kStoreFailed);
}

void set_timer(double time) {
  const double whole = std::floor(time);
  const itimerval timer{
      .it_interval = {},
      .it_value = {.tv_sec = static_cast<time_t>(whole),
                   .tv_usec = static_cast<suseconds_t>((time - whole) * 1'000'000)}};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

void stop_opening() {
  set_timer(0);
  std::signal(SIGALRM, SIG_DFL);
}

/// A screen that draws turns the echo of the terminal off.
void turn_echo_on() {
  termios settings{};
  if (::tcgetpgrp(STDIN_FILENO) != ::getpgrp()) return;  // it is another job's now
  if (::tcgetattr(STDIN_FILENO, &settings) != 0 || (settings.c_lflag & ECHO) != 0) return;
  settings.c_lflag |= ECHO;
  ::tcsetattr(STDIN_FILENO, TCSANOW, &settings);
}

/// How long this thread, ready to run, has waited for a core: /proc/[pid]/schedstat. 0: not known.
std::chrono::nanoseconds queued_for_a_core() {
  std::ifstream file("/proc/thread-self/schedstat");
  std::int64_t running = 0;
  std::int64_t queued = 0;
  file >> running >> queued;
  return std::chrono::nanoseconds(file ? queued : 0);
}

/// A keeper stays: it kills what is missed here, once we are gone.
void kill_children() {
  const Nanos until = SystemClock().monotonic() + kKilling;
  for (const pid_t child : children_of(::getpid())) {
    const auto status = read_process(child);
    if (status && status->name != kKeeperName) kill_tree(child, until);
  }
}

}  // namespace

DeadlineGuard::~DeadlineGuard() {
  stop_opening();
  {
    const std::scoped_lock lock(mutex_);
    leaving_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void DeadlineGuard::watch_opening(double time, std::string words) {
  constexpr double kLongest = 1e8;  // seconds: a timer takes no more
  if (!(time < kLongest)) return;
  g_opening_words = std::move(words);
  std::signal(SIGALRM, end_opening);
  set_timer(time + kLate);
}

void DeadlineGuard::watch(double left) {
  stop_opening();
  const std::scoped_lock lock(mutex_);
  sign_ = Clock::now();
  patient_once_ = false;
  instant_ = sign_ + std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double>(std::min(left, seconds(kForEver)) + kLate));
  if (!thread_.joinable()) thread_ = std::thread([this] { stand(); });
  changed_.notify_all();
}

void DeadlineGuard::rest() {
  stop_opening();
  const std::scoped_lock lock(mutex_);
  instant_ = sign_ = Clock::now() + kForEver;
  changed_.notify_all();
}

void DeadlineGuard::keep(Words words) {
  const std::scoped_lock lock(mutex_);
  words_ = std::move(words);
}

void DeadlineGuard::printed(int code) {
  const std::scoped_lock lock(mutex_);
  words_ = {};
  code_ = code;
}

DeadlineGuard::Clock::time_point DeadlineGuard::next() const {
  return silence_told_ ? instant_ : std::min(instant_, sign_ + kSilence);
}

void DeadlineGuard::stand() {
  std::unique_lock lock(mutex_);
  while (!leaving_) {
    const Clock::duration queued = queued_for_a_core();
    changed_.wait_until(lock, next());
    const Clock::time_point now = Clock::now();
    if (leaving_ || now < next()) continue;
    // Who was stopped (SIGSTOP) wakes late, and the engine with it: it may go on by itself. On a
    // busy machine it is late, too, but has no time to give.
    const Clock::duration asleep = now - next() - (queued_for_a_core() - queued);
    if (asleep > kAsleep && !std::exchange(patient_once_, true)) {
      instant_ = std::max(instant_, now + kAfterSleep);
      sign_ = now;
    } else if (now >= instant_) {
      fire();
    } else {
      silence_told_ = true;
      Outlet(STDERR_FILENO).deliver(silence_, kReaderWaits);
    }
  }
}

void DeadlineGuard::fire() {
  kill_children();
  turn_echo_on();
  Outlet(STDOUT_FILENO).deliver(words_.out, kReaderWaits);
  Outlet(STDERR_FILENO).deliver(words_.err, kReaderWaits);
  ::_exit(code_);
}

}  // namespace hpopt
