// MetricSource: what `metric.source` names, read as it grows: a file of lines, a table, or the
// event files of TensorBoard.
#pragma once

#include <string>
#include <vector>

#include "exec/file_source.h"
#include "exec/metric_parser.h"
#include "exec/tensorboard_source.h"

namespace hpopt {

/// The path of `metric.source` for one trial: `${trial_dir}` filled in, and relative to the working
/// directory of the command.
[[nodiscard]] std::string source_path(const std::string& source, const std::string& directory,
                                      const std::string& trial_directory);

class MetricSource {
 public:
  /// Looks at what stands there: what is there already was another run's.
  MetricSource(const std::string& path, const MetricParser& parser)
      : path_(path), lines_(path, parser), events_(path) {}

  /// What it tells beyond what it told before; a piece at a time.
  [[nodiscard]] std::vector<Understood> read();
  /// Whether the last read() left something.
  [[nodiscard]] bool behind() const { return behind_; }
  /// Why it told nothing, as "metric.source 'x.csv' was never written"; empty: it told something.
  [[nodiscard]] std::string trouble() const;

 private:
  std::string path_;
  FileSource lines_;  ///< Which of the two it is shows when the trial has made it.
  TensorboardSource events_;
  bool behind_ = false;
  bool told_ = false;
};

}  // namespace hpopt
