#include "exec/keeper.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

#include "exec/keeper_process.h"

namespace hpopt {
namespace {

constexpr Nanos kFarewellOfKeeper = std::chrono::milliseconds(100);

}  // namespace

void Keeper::start() {
  process_ = -1;  // the number of one that was reaped may be another's by now
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return;
  const UniqueFd control(ends[0]);
  control_.reset(ends[1]);
  process_ = ::_Fork();
  if (process_ == 0) run_keeper(control.get(), cgroup_, mark_.c_str());
  if (deadline_) tell(kKeeperDeadline, deadline_->count());
  for (const pid_t session : sessions_) tell(kKeeperWatch, session);
}

Keeper::~Keeper() {
  control_.reset();
  const SystemClock clock;
  const Nanos until = clock.monotonic() + kFarewellOfKeeper;
  while (!has_ended()) {
    if (clock.monotonic() >= until) return;  // it still kills, or hangs: it goes by itself
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (process_ > 0) ::waitpid(process_, nullptr, WNOHANG);
}

void Keeper::dismiss() {
  if (process_ > 0) ::kill(process_, SIGKILL);
}

void Keeper::set_deadline(Nanos instant) {
  deadline_ = instant;
  tell(kKeeperDeadline, instant.count());
}

void Keeper::watch(pid_t session) {
  sessions_.insert(session);
  tell(kKeeperWatch, session);
}

void Keeper::forget(pid_t session) {
  sessions_.erase(session);
  tell(kKeeperForget, session);
}

void Keeper::look_after() {
  if (!has_ended()) return;
  if (process_ > 0) ::waitpid(process_, nullptr, WNOHANG);
  start();
}

void Keeper::tell(int kind, std::int64_t value) const {
  const KeeperMessage message{kind, value};
  ::send(control_.get(), &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool Keeper::has_ended() const {
  siginfo_t info{};
  const int failed =
      ::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT);
  return process_ <= 0 || failed != 0 || info.si_pid == process_;
}

}  // namespace hpopt
