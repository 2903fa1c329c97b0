// TrialLog: what a trial printed, both streams in one file, whole records at a time.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "exec/line_splitter.h"
#include "hpopt/result.h"

namespace hpopt {

class TrialLog {
 public:
  /// Goes on where an earlier run of the trial ended. Mode 0600.
  static Result<TrialLog> open(const std::string& path);

  void add(const Record& record);
  /// Writes what was added. A disk that is full costs the log, not the trial.
  void flush();

  /// The last lines as a screen would show them, at most `count`.
  [[nodiscard]] std::string last_lines(std::size_t count) const;
  /// Whether the last lines say that memory was short.
  [[nodiscard]] bool tells_out_of_memory() const;

 private:
  UniqueFd file_;
  std::string pending_;
  std::deque<std::string> tail_;
  bool overwrites_ = false;  ///< The next record takes the place of the last.
};

/// The messages of CUDA, ROCm, XPU, XLA, Python, C++ and the C library.
[[nodiscard]] bool mentions_out_of_memory(std::string_view line);

}  // namespace hpopt
