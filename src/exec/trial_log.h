// TrialLog: what a trial printed, both streams in one file, whole records at a time.
//
// Its size is bounded. `log` holds the newest; when it is full it becomes `log.1`, in the place of
// the `log.1` before it, and the first time `log.head`, which stays. So the start and the end are
// kept, what lies between is not, and the first line of a file says so.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "base/memory_kind.h"
#include "base/unique_fd.h"
#include "exec/line_splitter.h"
#include "hpopt/result.h"

namespace hpopt {

class TrialLog {
 public:
  static constexpr std::size_t kFull = std::size_t{4} << 20U;  ///< Bytes, of each of the three.

  /// Goes on where an earlier run of the trial ended. Mode 0600.
  static Result<TrialLog> open(const std::string& path);

  void add(const Record& record);
  /// Writes what was added. A disk that is full costs the log, not the trial.
  void flush();

  /// The last lines as a screen would show them, at most `count`.
  [[nodiscard]] std::string last_lines(std::size_t count) const;
  /// Whether the last lines say that memory was short, and whose.
  [[nodiscard]] Memory memory_told() const;

 private:
  /// A file that can't be moved away is not written on.
  void turn_over();

  std::string path_;
  UniqueFd file_;
  std::size_t size_ = 0;
  std::string pending_;
  std::deque<std::string> tail_;
  bool overwrites_ = false;  ///< The next record takes the place of the last.
};

}  // namespace hpopt
