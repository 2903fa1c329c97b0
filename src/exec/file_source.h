// FileSource: a JSONL or CSV file that a trial writes, read as it grows.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "exec/line_splitter.h"
#include "exec/metric_parser.h"

namespace hpopt {

/// What a file tells beyond what it told before. A file that was there before the trial began is
/// read from its end on; one that is replaced, truncated or rewritten is read from its start.
class FileSource {
 public:
  /// Looks at the file as it stands. Names that end in .csv or .tsv are tables with a head line
  /// (RFC 4180, but a row is one line); all else is read as an output is, which takes JSON lines.
  FileSource(std::string path, MetricParser parser);

  /// A piece at a time. Nothing is read of what is no plain file.
  [[nodiscard]] std::vector<Understood> read();
  /// Whether the last read() left something.
  [[nodiscard]] bool behind() const { return behind_; }

 private:
  void open_again();
  void take_line(const std::string& line, std::vector<Understood>& out);
  [[nodiscard]] Understood take_row(std::string_view line);
  [[nodiscard]] bool is_the_same_file(int fd) const;

  std::string path_;
  MetricParser parser_;
  char separator_ = '\0';  ///< Of a table's columns; zero: no table.
  std::vector<std::string> columns_;
  bool head_read_ = false;
  ino_t inode_ = 0;
  off_t offset_ = 0;
  bool behind_ = false;
  std::string before_;  ///< The last bytes before the offset: a rewritten file differs.
  LineSplitter splitter_;
};

}  // namespace hpopt
