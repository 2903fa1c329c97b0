// TensorboardSource: the scalars in the event files of TensorBoard, read as the files grow.
//
// An event file is a sequence of TFRecords, each a message of type Event (event.proto and
// summary.proto of TensorFlow). Only scalars are understood; images and the like are skipped
// without being read.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "exec/metric_parser.h"

namespace hpopt {

/// Whether it is a folder, or an event file by its name.
[[nodiscard]] bool holds_events(const std::string& path);

class TensorboardSource {
 public:
  /// `path`: an event file, or a folder that holds some or will. Scalars that are there already are
  /// not told.
  explicit TensorboardSource(std::string path);

  /// The tag is the name. A tag that counts from 0 is counted from 1. A piece at a time.
  [[nodiscard]] std::vector<Understood> read();
  /// Whether the last read() left something.
  [[nodiscard]] bool behind() const { return behind_; }

 private:
  struct EventFile {
    off_t offset = 0;
    bool broken = false;  ///< A record that can't be: nothing behind it can be found.
  };
  /// Reads at most `most` bytes and returns how many it has consumed.
  std::size_t read_file(const std::string& path, EventFile& file, std::size_t most,
                        std::vector<Understood>& out);
  [[nodiscard]] Understood take_event(std::string_view event);
  [[nodiscard]] std::vector<std::string> event_files() const;

  std::string path_;
  std::map<std::string, EventFile> files_;
  std::map<std::string, bool, std::less<>> zero_based_;  ///< By tag.
  bool behind_ = false;
};

}  // namespace hpopt
