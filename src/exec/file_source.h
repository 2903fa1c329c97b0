// FileSource: a JSONL or CSV file that a trial writes, read as it grows.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exec/metric_parser.h"

namespace hpopt {

/// The path of `metric.source` for one trial: `${trial_dir}` filled in, and relative to the working
/// directory of the command.
[[nodiscard]] std::string source_path(const std::string& source, const std::string& directory,
                                      const std::string& trial_directory);

/// What a file tells beyond what it told before. A file that was there before the trial began is
/// read from its end on; one that is replaced, truncated or rewritten is read from its start.
class FileSource {
 public:
  /// Looks at the file as it stands. Names that end in .csv or .tsv are tables with a head line;
  /// all else is read as an output is, which takes JSON lines.
  FileSource(std::string path, MetricParser parser);

  [[nodiscard]] std::vector<Understood> read();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void open_again();
  void take_line(std::string_view line, std::vector<Understood>& out);
  [[nodiscard]] Understood take_row(std::string_view line);
  [[nodiscard]] bool is_the_same_file(int fd) const;

  std::string path_;
  MetricParser parser_;
  char separator_ = '\0';  ///< Of a table's columns; zero: no table.
  std::vector<std::string> columns_;
  bool head_read_ = false;
  ino_t inode_ = 0;
  off_t offset_ = 0;
  std::string before_;  ///< The last bytes before the offset: a rewritten file differs.
  std::string pending_;
};

}  // namespace hpopt
