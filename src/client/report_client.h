// ReportClient: how a trial says a score and learns whether to go on, from any language that can
// run `hpopt report` or open a socket. Only `base` is below it.
//
// The protocol: HPOPT_REPORT names a Unix stream socket. One line of JSON goes out,
//   {"metric":"","step":3,"value":0.91}
// (an empty metric is the objective), one line comes back: "continue" or "stop". A trial that ran
// out of memory may say so before it exits: {"out_of_memory":"gpu"}, "host" or true. Where the
// socket can't be reached, the line is appended to HPOPT_REPORT_FILE, which hpopt reads as it
// grows, and the answer is "continue".
#pragma once

#include <optional>
#include <string>

#include "base/memory_kind.h"
#include "hpopt/result.h"

namespace hpopt {

struct ReportMessage {
  std::string metric;          ///< Empty: the first objective.
  std::optional<double> step;  ///< None: counted; one that is no finite count is none.
  double value = 0;
  Memory memory = Memory::kEnough;  ///< Else: it ran out of it; there is no value.
};

/// One line without its end.
[[nodiscard]] std::string to_line(const ReportMessage& message);
[[nodiscard]] Result<ReportMessage> parse_report(const std::string& line);

enum class ReportAnswer { kContinue, kStop };

class ReportClient {
 public:
  ReportClient(std::string socket_path, std::string file_path)
      : socket_path_(std::move(socket_path)), file_path_(std::move(file_path)) {}
  /// From HPOPT_REPORT and HPOPT_REPORT_FILE; none outside a trial.
  static std::optional<ReportClient> from_environment();

  /// Waits at most `timeout_ms` for the answer. Errors (kUnavailable): neither socket nor file
  /// could be written; a trial goes on all the same.
  Result<ReportAnswer> report(const ReportMessage& message, int timeout_ms = 2000);

 private:
  Result<ReportAnswer> by_socket(const std::string& line, int timeout_ms) const;
  [[nodiscard]] Status by_file(const std::string& line) const;

  std::string socket_path_;
  std::string file_path_;
};

}  // namespace hpopt
