#include "client/report_client.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace hpopt {
namespace {

Json number_or_text(double value) {
  return std::isfinite(value) ? Json(value) : Json(shortest(value));
}

std::optional<double> read_number(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return parse_number(json.get<std::string>());
  return std::nullopt;
}

Result<ReportMessage> read_memory(const Json& json) {
  const Json& whose = json["out_of_memory"];
  const bool of_device = whose == "gpu" || whose == "device";
  if (!of_device && whose != "host" && whose != true) {
    return invalid("out_of_memory is true, \"gpu\" or \"host\"", {}, "report");
  }
  ReportMessage message;
  message.memory = of_device ? Memory::kDevice : Memory::kHost;
  return message;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it meanwhile
  return value == nullptr ? "" : value;
}

Result<UniqueFd> connect_to(const std::string& path) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return Error{Code::kUnavailable, "no report socket", path, {}};
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (!socket || ::connect(socket.get(), generic, sizeof address) != 0) {
    return file_error("reach the report socket", path, errno);
  }
  return socket;
}

}  // namespace

std::string to_line(const ReportMessage& message) {
  if (message.memory != Memory::kEnough) {
    return Json{{"out_of_memory", message.memory == Memory::kDevice ? "gpu" : "host"}}.dump();
  }
  Json json{{"metric", message.metric}};
  if (message.step) json["step"] = number_or_text(*message.step);
  json["value"] = number_or_text(message.value);
  return json.dump();
}

Result<ReportMessage> parse_report(const std::string& line) {
  auto json = parse_json(line, "report");
  if (!json) return json.error();
  if (json->is_object() && json->contains("out_of_memory")) return read_memory(*json);
  if (!json->is_object() || !json->contains("value")) {
    return invalid("a report is an object with a value", R"(as {"step":3,"value":0.91})", "report");
  }
  const auto value = read_number((*json)["value"]);
  if (!value) return invalid("the value is not a number", {}, "report");
  ReportMessage message;
  message.value = *value;
  if (json->contains("step")) message.step = read_number((*json)["step"]);
  if (message.step && (!std::isfinite(*message.step) || *message.step < 0)) message.step.reset();
  if (json->contains("metric") && (*json)["metric"].is_string()) message.metric = (*json)["metric"];
  return message;
}

std::optional<ReportClient> ReportClient::from_environment() {
  const std::string socket = variable("HPOPT_REPORT");
  const std::string file = variable("HPOPT_REPORT_FILE");
  if (socket.empty() && file.empty()) return std::nullopt;
  return ReportClient(socket, file);
}

Result<ReportAnswer> ReportClient::report(const ReportMessage& message, int timeout_ms) {
  const std::string line = to_line(message) + "\n";
  if (auto answer = by_socket(line, timeout_ms)) return answer;
  if (Status written = by_file(line); !written) {
    Error error = written.error();
    error.code = Code::kUnavailable;
    return error;
  }
  return ReportAnswer::kContinue;
}

Result<ReportAnswer> ReportClient::by_socket(const std::string& line, int timeout_ms) const {
  auto socket = connect_to(socket_path_);
  if (!socket) return socket.error();
  if (::send(socket->get(), line.data(), line.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(line.size())) {
    return file_error("write to the report socket", socket_path_, errno);
  }
  std::string answer;
  while (answer.find('\n') == std::string::npos) {
    pollfd readable{socket->get(), POLLIN, 0};
    if (::poll(&readable, 1, timeout_ms) <= 0) break;
    char buffer[64];
    const ssize_t count = ::recv(socket->get(), buffer, sizeof buffer, 0);
    if (count <= 0) break;
    answer.append(buffer, static_cast<std::size_t>(count));
  }
  return answer.starts_with("stop") ? ReportAnswer::kStop : ReportAnswer::kContinue;
}

// One write of less than a page with O_APPEND: lines of several processes don't mix.
Status ReportClient::by_file(const std::string& line) const {
  if (file_path_.empty()) return Error{Code::kUnavailable, "no report file", {}, {}};
  constexpr mode_t kOwnerOnly = 0600;
  const UniqueFd file(
      ::open(file_path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, kOwnerOnly));
  if (!file || ::write(file.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    return file_error("write the report file", file_path_, errno);
  }
  return success();
}

}  // namespace hpopt
