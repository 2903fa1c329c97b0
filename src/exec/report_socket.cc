#include "exec/report_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/files.h"
#include "exec/plain_file.h"

namespace hpopt {
namespace {

constexpr int kBacklog = 64;
constexpr std::size_t kMostPeers = 64;  // of one trial: leaks must not take all our descriptors
constexpr std::size_t kPiece = std::size_t{1} << 14U;
constexpr std::size_t kPieceOfFile = std::size_t{1} << 18U;

/// Nothing but the end of a line, as after the `\r` of "\r\n".
bool is_blank(const Record& record) { return record.raw.size() == 1 && record.text.empty(); }

Result<ReportMessage> read_report(const Record& record) {
  if (record.raw.size() > kLongestReport) return invalid("the report is too long", {}, "report");
  return parse_report(record.text);
}

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

void ReportSocket::accept_all(std::vector<ReportMessage>& messages) {
  for (int i = 0; i < kBacklog; ++i) {
    UniqueFd socket(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) return;
    Peer& peer = peers_.emplace_back();
    peer.socket = std::move(socket);
    if (!read_peer(peer, messages)) peers_.pop_back();
    if (peers_.size() > kMostPeers) drop_one();
  }
}

void ReportSocket::drop_one() {
  const auto idle = std::find_if(peers_.begin(), peers_.end(),
                                 [](const Peer& peer) { return peer.waiting == 0; });
  peers_.erase(idle != peers_.end() ? idle : peers_.begin());
}

std::vector<ReportMessage> ReportSocket::read() {
  std::vector<ReportMessage> messages;
  std::erase_if(peers_, [&](Peer& peer) { return !read_peer(peer, messages); });
  accept_all(messages);
  spoken_ = spoken_ || !messages.empty();
  return messages;
}

bool ReportSocket::read_peer(Peer& peer, std::vector<ReportMessage>& messages) {
  std::array<char, kPiece> buffer;  // NOLINT: not worth clearing
  const ssize_t got = ::recv(peer.socket.get(), buffer.data(), buffer.size(), 0);
  if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
  peer.splitter.feed({buffer.data(), static_cast<std::size_t>(got)}, [&](const Record& record) {
    if (is_blank(record)) return;
    if (auto message = read_report(record)) {
      messages.push_back(std::move(*message));
      ++peer.waiting;
    } else {
      send_line(peer.socket.get(), "error: " + message.error().message() + "\n");
    }
  });
  return true;
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

void ReportFile::remove() const { ::unlink(path_.c_str()); }

std::vector<ReportMessage> ReportFile::read() {
  std::vector<ReportMessage> messages;
  behind_ = false;
  const UniqueFd file = open_plain_file(path_);
  if (!file) return messages;
  const std::string piece = read_range(file.get(), offset_, kPieceOfFile);
  offset_ += static_cast<off_t>(piece.size());
  behind_ = piece.size() == kPieceOfFile;
  splitter_.feed(piece, [&](const Record& record) {
    if (auto message = read_report(record)) messages.push_back(std::move(*message));
  });
  return messages;
}

}  // namespace hpopt
