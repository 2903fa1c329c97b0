#include "exec/report_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/testing.h"

namespace hpopt {
namespace {

const std::string kReportLine = "{\"step\":1,\"value\":0.5}\n";

class ReportSocketTest : public ::testing::Test {
 protected:
  ReportSocketTest() {
    folder_ = testing::fresh_folder();
    socket_ = ReportSocket::listen(folder_ + "/report").value();
  }
  [[nodiscard]] UniqueFd connect() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, socket_->path().c_str());
    UniqueFd peer(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(peer.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    return peer;
  }
  static std::size_t send(const UniqueFd& peer, const std::string& text) {
    const ssize_t sent = ::send(peer.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }
  static std::string answer(const UniqueFd& peer) {
    std::string text(64, '\0');
    const ssize_t got = ::recv(peer.get(), text.data(), text.size(), MSG_DONTWAIT);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

  std::string folder_;
  std::unique_ptr<ReportSocket> socket_;
};

TEST_F(ReportSocketTest, AFloodIsReadPieceByPiece) {
  const UniqueFd peer = connect();
  std::string flood;
  for (int i = 0; i < 4000; ++i) flood += kReportLine;
  const std::size_t sent = send(peer, flood);
  ASSERT_GT(sent, std::size_t{1} << 16U);
  std::size_t count = 0;
  for (int calls = 0; calls < 100; ++calls) {
    const std::size_t heard = socket_->read().size();
    EXPECT_LT(heard, 1000U);
    count += heard;
  }
  EXPECT_EQ(count, sent / kReportLine.size());
}

TEST_F(ReportSocketTest, ALineThatIsTooLongIsRefused) {
  const UniqueFd peer = connect();
  send(peer, std::string(10000, ' ') + kReportLine);
  EXPECT_TRUE(socket_->read().empty());
  EXPECT_TRUE(answer(peer).starts_with("error: "));
  send(peer, "\r\n" + kReportLine);
  EXPECT_EQ(socket_->read().size(), 1U);
  EXPECT_TRUE(socket_->has_spoken());
  socket_->answer(true);
  EXPECT_EQ(answer(peer), "continue\n");
}

TEST_F(ReportSocketTest, LeakedConnectionsAreClosedAndOneThatWaitsIsNot) {
  const UniqueFd waiting = connect();
  send(waiting, kReportLine);
  EXPECT_EQ(socket_->read().size(), 1U);
  std::vector<UniqueFd> leaked;
  for (int i = 0; i < 200; ++i) {
    leaked.push_back(connect());
    (void)socket_->read();
  }
  std::vector<pollfd> polls;
  socket_->add_polls(polls);
  EXPECT_LE(polls.size(), 65U);
  socket_->answer(false);
  EXPECT_EQ(answer(waiting), "stop\n");
}

TEST_F(ReportSocketTest, AStepThatIsNoCountIsNone) {
  const UniqueFd peer = connect();
  send(peer, "{\"step\":\"nan\",\"value\":0.5}\n{\"step\":\"inf\",\"value\":0.5}\n");
  const auto messages = socket_->read();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].step, std::nullopt);
  EXPECT_EQ(messages[1].step, std::nullopt);
}

TEST_F(ReportSocketTest, AHugeReportFileIsReadPieceByPiece) {
  const std::string path = folder_ + "/reports";
  ReportFile file(path);
  EXPECT_TRUE(file.read().empty());
  std::ofstream(path) << kReportLine;
  std::filesystem::resize_file(path, std::uintmax_t{1} << 42U);  // sparse, no newline
  EXPECT_EQ(file.read().size(), 1U);
  EXPECT_TRUE(file.behind());
  EXPECT_TRUE(file.read().empty());
  ::unlink(path.c_str());
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_TRUE(file.read().empty());
}

}  // namespace
}  // namespace hpopt
