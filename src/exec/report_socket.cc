#include "exec/report_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/files.h"
#include "base/text.h"

namespace hpopt {
namespace {

constexpr int kBacklog = 64;
constexpr std::size_t kLongestReport = 4096;

void send_line(int socket, std::string_view line) {
  ::send(socket, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

Result<std::unique_ptr<ReportSocket>> ReportSocket::listen(const std::string& path) {
  sockaddr_un address{};
  if (path.size() >= sizeof address.sun_path) {
    return Error{Code::kUnavailable, "the path is too long for a socket", path, {}};
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  ::unlink(path.c_str());
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (!socket || ::bind(socket.get(), generic, sizeof address) != 0 ||
      ::listen(socket.get(), kBacklog) != 0) {
    return file_error("make the report socket", path, errno);
  }
  return std::unique_ptr<ReportSocket>(new ReportSocket(std::move(socket), path));
}

ReportSocket::~ReportSocket() { ::unlink(path_.c_str()); }

void ReportSocket::add_polls(std::vector<pollfd>& polls) const {
  polls.push_back({socket_.get(), POLLIN, 0});
  for (const Peer& peer : peers_) polls.push_back({peer.socket.get(), POLLIN, 0});
}

void ReportSocket::accept_all() {
  for (;;) {
    UniqueFd peer(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!peer) return;
    peers_.push_back({std::move(peer), {}, 0});
  }
}

std::vector<ReportMessage> ReportSocket::read() {
  std::vector<ReportMessage> messages;
  accept_all();
  std::erase_if(peers_, [&](Peer& peer) { return !read_peer(peer, messages); });
  return messages;
}

bool ReportSocket::read_peer(Peer& peer, std::vector<ReportMessage>& messages) {
  std::array<char, kLongestReport> buffer{};
  ssize_t got = 0;
  while ((got = ::recv(peer.socket.get(), buffer.data(), buffer.size(), 0)) > 0) {
    peer.pending.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const bool open = got < 0 && (errno == EAGAIN || errno == EINTR);
  for (std::size_t end = peer.pending.find('\n'); end != std::string::npos;
       end = peer.pending.find('\n')) {
    if (auto message = parse_report(peer.pending.substr(0, end))) {
      messages.push_back(std::move(*message));
      ++peer.waiting;
    } else {
      send_line(peer.socket.get(), "error: " + message.error().message() + "\n");
    }
    peer.pending.erase(0, end + 1);
  }
  return open && peer.pending.size() < kLongestReport;
}

void ReportSocket::answer(bool go_on) {
  for (Peer& peer : peers_) {
    for (; peer.waiting > 0; --peer.waiting) {
      send_line(peer.socket.get(), go_on ? "continue\n" : "stop\n");
    }
  }
}

ReportFile::ReportFile(std::string path) : path_(std::move(path)) {
  struct stat status {};
  if (::stat(path_.c_str(), &status) == 0) offset_ = status.st_size;
}

std::vector<ReportMessage> ReportFile::read() {
  std::vector<ReportMessage> messages;
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0 || status.st_size <= offset_) return messages;
  const UniqueFd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return messages;
  std::string fresh(static_cast<std::size_t>(status.st_size - offset_), '\0');
  const ssize_t got = ::pread(file.get(), fresh.data(), fresh.size(), offset_);
  fresh.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  const std::size_t whole = fresh.rfind('\n') + 1;  // 0: no line has ended yet
  offset_ += static_cast<off_t>(whole);
  for (const std::string& line : split(std::string_view(fresh).substr(0, whole), '\n')) {
    if (auto message = parse_report(line)) messages.push_back(std::move(*message));
  }
  return messages;
}

}  // namespace hpopt
