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
#include "exec/line_splitter.h"
#include "hpopt/result.h"

namespace hpopt {

/// Bytes of a message. What is longer is not kept: many connections may send it at once.
inline constexpr std::size_t kLongestReport = 4096;

class ReportSocket {
 public:
  /// A socket in the file system; what stood at the path before is removed. Errors: the path is too
  /// long for a socket (107 bytes), or its file system has none.
  static Result<std::unique_ptr<ReportSocket>> listen(const std::string& path);
  ~ReportSocket();
  ReportSocket(const ReportSocket&) = delete;
  ReportSocket& operator=(const ReportSocket&) = delete;

  void add_polls(std::vector<pollfd>& polls) const;
  /// What has come in, a piece of each connection at a time: the descriptors stay readable while
  /// there is more. Each message waits for an answer.
  [[nodiscard]] std::vector<ReportMessage> read();
  /// To all that wait.
  void answer(bool go_on);
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Whether a message ever came: who speaks hears the verdict, too.
  [[nodiscard]] bool has_spoken() const { return spoken_; }

 private:
  struct Peer {
    UniqueFd socket;
    LineSplitter splitter{kLongestReport};
    int waiting = 0;  ///< Messages without an answer.
  };
  ReportSocket(UniqueFd socket, std::string path)
      : socket_(std::move(socket)), path_(std::move(path)) {}
  void accept_all(std::vector<ReportMessage>& messages);
  /// Closes the oldest connection that waits for no answer; if all wait, the oldest.
  void drop_one();
  /// false: it has gone.
  static bool read_peer(Peer& peer, std::vector<ReportMessage>& messages);

  UniqueFd socket_;
  std::string path_;
  std::list<Peer> peers_;
  bool spoken_ = false;
};

/// Lines of reports that a trial appends to a file.
class ReportFile {
 public:
  /// What stands there already is old.
  explicit ReportFile(std::string path);
  /// A piece at a time.
  [[nodiscard]] std::vector<ReportMessage> read();
  /// Whether the last read() left something.
  [[nodiscard]] bool behind() const { return behind_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Its reports are in the journal by now.
  void remove() const;

 private:
  std::string path_;
  off_t offset_ = 0;
  bool behind_ = false;
  LineSplitter splitter_{kLongestReport};
};

}  // namespace hpopt
