#include "client/report_client.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/testing.h"
#include "base/unique_fd.h"

namespace hpopt {
namespace {

/// Listens and gives one answer.
class OneAnswer {
 public:
  OneAnswer(const std::string& path, std::string answer)
      : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)), answer_(std::move(answer)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_.get(), 1), 0);
    thread_ = std::thread([this] {
      const UniqueFd peer(::accept(socket_.get(), nullptr, nullptr));
      char buffer[256];
      const ssize_t count = ::recv(peer.get(), buffer, sizeof buffer, 0);
      heard_.assign(buffer, static_cast<std::size_t>(std::max<ssize_t>(0, count)));
      (void)::send(peer.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL);
    });
  }
  std::string heard() {
    thread_.join();
    return heard_;
  }

 private:
  UniqueFd socket_;
  std::string answer_;
  std::string heard_;
  std::thread thread_;
};

TEST(ReportMessage, SurvivesTheLine) {
  for (const double value : {0.1, -3.0, 1e300, std::numeric_limits<double>::infinity()}) {
    const auto back = parse_report(to_line({"acc", 3, value}));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->metric, "acc");
    EXPECT_EQ(back->step, 3);
    EXPECT_EQ(back->value, value);
  }
  EXPECT_TRUE(std::isnan(parse_report(to_line({"", std::nullopt, std::nan("")})).value().value));
  EXPECT_EQ(parse_report(to_line({"", std::nullopt, 1})).value().step, std::nullopt);
  for (const Memory memory : {Memory::kHost, Memory::kDevice}) {
    EXPECT_EQ(parse_report(to_line({.metric = {}, .step = {}, .memory = memory})).value().memory,
              memory);
  }
  EXPECT_EQ(parse_report(R"({"out_of_memory":true})").value().memory, Memory::kHost);
  EXPECT_FALSE(parse_report(R"({"out_of_memory":false})").ok());
}

TEST(ReportMessage, RefusesWhatIsNone) {
  EXPECT_FALSE(parse_report("").ok());
  EXPECT_FALSE(parse_report("[1]").ok());
  EXPECT_FALSE(parse_report(R"({"step":1})").ok());
  EXPECT_FALSE(parse_report(R"({"value":"high"})").ok());
}

TEST(ReportClient, TellsWhatTheSocketAnswers) {
  for (const auto& [answer, expected] : {std::pair{"continue\n", ReportAnswer::kContinue},
                                         std::pair{"stop\n", ReportAnswer::kStop}}) {
    const std::string path = testing::fresh_folder() + "/s";
    OneAnswer server(path, answer);
    ReportClient client(path, "");
    const auto said = client.report({"", 2, 0.5});
    ASSERT_TRUE(said.ok());
    EXPECT_EQ(*said, expected);
    EXPECT_EQ(server.heard(), to_line({"", 2, 0.5}) + "\n");
  }
}

TEST(ReportClient, FallsBackToTheFile) {
  const std::string folder = testing::fresh_folder();
  ReportClient client(folder + "/none", folder + "/reports");
  ASSERT_TRUE(client.report({"", 1, 0.5}).ok());
  ASSERT_TRUE(client.report({"", 2, 0.6}).ok());
  EXPECT_EQ(read_file(folder + "/reports").value(),
            to_line({"", 1, 0.5}) + "\n" + to_line({"", 2, 0.6}) + "\n");
}

TEST(ReportClient, SaysWhenNothingCanBeReached) {
  ReportClient client("/nonexistent/s", "/nonexistent/f");
  EXPECT_EQ(client.report({"", 1, 0.5}).error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace hpopt
