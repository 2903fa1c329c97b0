// ReportSocket: where a trial's process says scores and hears whether to go on; and the file that
// takes its place where no socket can be reached. The other side is client/report_client.h.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "client/report_client.h"
#include "hpopt/result.h"

namespace hpopt {

class ReportSocket {
 public:
  /// A socket in the file system; what stood at the path before is removed. Errors: the path is too
  /// long for a socket (107 bytes), or its file system has none.
  static Result<std::unique_ptr<ReportSocket>> listen(const std::string& path);
  ~ReportSocket();
  ReportSocket(const ReportSocket&) = delete;
  ReportSocket& operator=(const ReportSocket&) = delete;

  void add_polls(std::vector<pollfd>& polls) const;
  /// What has come in; each message waits for an answer.
  [[nodiscard]] std::vector<ReportMessage> read();
  /// To all that wait.
  void answer(bool go_on);
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Peer {
    UniqueFd socket;
    std::string pending;
    int waiting = 0;  ///< Messages without an answer.
  };
  ReportSocket(UniqueFd socket, std::string path)
      : socket_(std::move(socket)), path_(std::move(path)) {}
  void accept_all();
  /// false: it has gone.
  static bool read_peer(Peer& peer, std::vector<ReportMessage>& messages);

  UniqueFd socket_;
  std::string path_;
  std::list<Peer> peers_;
};

/// Lines of reports that a trial appends to a file.
class ReportFile {
 public:
  /// What stands there already is old.
  explicit ReportFile(std::string path);
  [[nodiscard]] std::vector<ReportMessage> read();

 private:
  std::string path_;
  off_t offset_ = 0;
};

}  // namespace hpopt
