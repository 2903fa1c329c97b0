#include "exec/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <system_error>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 20U;
constexpr Nanos kLookForEnd = std::chrono::milliseconds(100);  // without a pidfd
constexpr int kFirstFree = 3;                                  // above the standard ones

Error no_socket(int error_number) {
  return {Code::kUnavailable,
          fmt::format("no socket to a worker can be had: {}",
                      std::generic_category().message(error_number)),
          {},
          "raise the limit on open files (ulimit -n), or run fewer workers"};
}

/// A standard descriptor of ours, or /dev/null where we have closed it.
class Standard final {
 public:
  explicit Standard(int standard) : standard_(standard) {
    if (::fcntl(standard, F_GETFD) >= 0) return;
    const UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    null_.reset(::fcntl(null.get(), F_DUPFD_CLOEXEC, kFirstFree));
  }
  [[nodiscard]] int get() const { return null_ ? null_.get() : standard_; }

 private:
  int standard_;
  UniqueFd null_;
};

timespec timeout_of(Nanos duration) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(duration);
  return {static_cast<time_t>(whole.count()), static_cast<long>((duration - whole).count())};
}

}  // namespace

Result<SocketPair> SocketPair::open() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return no_socket(errno);
  }
  SocketPair pair{UniqueFd(ends[0]), UniqueFd(ends[1])};
  // A program that has closed a standard descriptor would get it here.
  for (UniqueFd* end : {&pair.ours, &pair.theirs}) {
    if (end->get() >= kFirstFree) continue;
    const int moved = ::fcntl(end->get(), F_DUPFD_CLOEXEC, kFirstFree);
    if (moved < 0) return no_socket(errno);
    end->reset(moved);
  }
  return pair;
}

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(Containment& containment,
                                                            const WorkerCommand& command) {
  auto program = find_program(command.argv.empty() ? std::string() : command.argv.front(), {});
  if (!program) return program.error();
  auto pair = SocketPair::open();
  if (!pair) return pair.error();
  const std::string mark = random_id();
  auto environment = command.environment;
  environment[kWorkerVariable] = mark;
  const Standard out(STDOUT_FILENO);
  const Standard err(STDERR_FILENO);
  auto processes = containment.spawn({.program = std::move(*program),
                                      .argv = command.argv,
                                      .environment = merged_environment(environment),
                                      .directory = {},
                                      .in = pair->theirs.get(),
                                      .out = out.get(),
                                      .err = err.get()},
                                     fmt::format("{}={}", kWorkerVariable, mark));
  if (!processes) return processes.error();
  be_killed_before_us((*processes)->leader());
  UniqueFd ended = open_pidfd((*processes)->leader());
  return std::make_unique<WorkerProcess>(std::move(pair->ours), std::move(ended),
                                         std::move(*processes), nullptr);
}

WorkerProcess::WorkerProcess(UniqueFd socket, UniqueFd ended,
                             std::unique_ptr<TrialProcesses> processes,
                             std::function<std::optional<int>()> told_exit)
    : socket_(std::move(socket)),
      ended_(std::move(ended)),
      told_exit_(std::move(told_exit)),
      processes_(std::move(processes)) {}

Heard WorkerProcess::wait(short wanted, int call, Nanos until) {
  for (;;) {
    const Nanos now = clock_.monotonic();
    if (now >= until) return Heard::kLate;
    const Nanos patience = ended_ ? until - now : std::min(until - now, kLookForEnd);
    std::array<pollfd, 3> polls{pollfd{call, POLLIN, 0}, pollfd{socket_.get(), wanted, 0},
                                pollfd{ended_.get(), POLLIN, 0}};
    const timespec timeout = timeout_of(patience);
    const int ready = ::ppoll(polls.data(), polls.size(), &timeout, nullptr);
    if (polls[0].revents != 0 && ready > 0) return Heard::kCalled;
    if (polls[1].revents != 0 && ready > 0) return Heard::kLine;
    // Something that it started may hold the socket open.
    const bool over = ended_ ? ready > 0 && polls[2].revents != 0 : exit_code().has_value();
    if (over) return Heard::kEnded;
  }
}

bool WorkerProcess::take_line(std::string& line) {
  const std::size_t end = heard_.find('\n', searched_);
  searched_ = end == std::string::npos ? heard_.size() : 0;
  if (end == std::string::npos) return false;
  line.assign(heard_, 0, end);
  heard_.erase(0, end + 1);
  return true;
}

Heard WorkerProcess::hear(std::string& line, int call, Nanos until) {
  std::array<char, 65536> buffer;  // NOLINT: not worth clearing
  for (;;) {
    if (take_line(line)) return Heard::kLine;
    if (heard_.size() > kLongestLine) return Heard::kTooLong;
    const Heard waited = wait(POLLIN, call, until);
    if (waited == Heard::kCalled || waited == Heard::kLate) return waited;
    const ssize_t got = receive(buffer.data(), buffer.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN) && waited == Heard::kLine) continue;
    if (got <= 0) return Heard::kEnded;
    heard_.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

ssize_t WorkerProcess::receive(char* buffer, std::size_t size) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec text{buffer, size};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  const cmsghdr* header = got > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return got;
  const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  for (std::size_t i = 0; i < count; ++i) {
    int passed = -1;
    std::memcpy(&passed, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
    passed_.reset(passed);
  }
  return got;
}

ssize_t WorkerProcess::send(const char* text, std::size_t size, int passed) const {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec said{const_cast<char*>(text), size};  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  msghdr message{};
  message.msg_iov = &said;
  message.msg_iovlen = 1;
  if (passed >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &passed, sizeof(int));
  }
  return ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

Heard WorkerProcess::say(const std::string& line, int call, Nanos until, int passed) {
  const std::string text = line + '\n';
  for (std::size_t said = 0; said < text.size();) {
    const ssize_t sent = send(text.data() + said, text.size() - said, said == 0 ? passed : -1);
    if (sent >= 0) {
      said += static_cast<std::size_t>(sent);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return Heard::kEnded;
    if (const Heard waited = wait(POLLOUT, call, until); waited != Heard::kLine) return waited;
  }
  return Heard::kLine;
}

bool WorkerProcess::is_ready() {
  std::array<pollfd, 2> polls{pollfd{socket_.get(), POLLIN, 0}, pollfd{ended_.get(), POLLIN, 0}};
  return heard_.empty() && ::poll(polls.data(), polls.size(), 0) == 0 && !exit_code();
}

bool WorkerProcess::has_ended() const {
  pollfd ended{ended_.get(), POLLIN, 0};
  return ::poll(&ended, 1, 0) > 0;
}

void WorkerProcess::hang_up() { ::shutdown(socket_.get(), SHUT_WR); }

std::optional<int> WorkerProcess::exit_code() {
  const std::scoped_lock lock(mutex_);
  if (exit_code_) return exit_code_;
  if (told_exit_) {
    if (has_ended()) exit_code_ = told_exit_();
    if (exit_code_) processes_->forget_leader();
    return exit_code_;
  }
  int status = 0;
  const pid_t reaped = ::waitpid(processes_->leader(), &status, WNOHANG);
  if (reaped == 0 || (reaped < 0 && errno != ECHILD)) return std::nullopt;
  exit_code_ = reaped > 0 ? exit_code_of(status) : kUnknownExit;
  processes_->forget_leader();
  return exit_code_;
}

bool WorkerProcess::kill() {
  {
    const std::scoped_lock lock(mutex_);
    processes_->kill();
  }
  const bool reaped = exit_code().has_value();
  const std::scoped_lock lock(mutex_);
  return reaped && !processes_->any();
}

bool WorkerProcess::lost() {
  const std::scoped_lock lock(mutex_);
  return processes_->lost();
}

std::vector<pid_t> WorkerProcess::members() {
  const std::scoped_lock lock(mutex_);
  return processes_->members();
}

}  // namespace hpopt
