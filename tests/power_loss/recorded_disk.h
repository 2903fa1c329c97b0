// RecordedDisk: what was written beneath a folder and what was synced, and what a loss of power at
// any instant may leave of it.
//
//   RecordedDisk disk(folder);                      // records from here on
//   ... open a store in the folder and work ...
//   disk.stop();
//   for (std::size_t instant = 0; instant <= disk.size(); ++instant)
//     disk.rebuild(instant, rng, other_folder);     // then open the store there
//
// The program's own pwrite, ftruncate, fsync, fdatasync, open, mkdir and unlink stand before those
// of the system's library, for SQLite too. Of what was not synced any part may be lost, a file's
// name as well as half a page, and what came later may stay where what came before is lost. One at
// a time. Threads: many may write.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"

namespace hpopt::testing {

class RecordedDisk {
 public:
  explicit RecordedDisk(std::string folder);
  RecordedDisk(const RecordedDisk&) = delete;
  RecordedDisk& operator=(const RecordedDisk&) = delete;
  ~RecordedDisk() { stop(); }
  void stop();

  /// How many things have happened to the disk.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool is_sync(std::size_t event) const;
  /// What the disk may hold after the first `instant` events, made in another folder.
  void rebuild(std::size_t instant, Rng& rng, const std::string& into) const;

  // Called by the functions that stand before the system's.
  void made(const std::string& path, bool folder);
  void unlinked(const std::string& path);
  void written(int fd, off_t offset, std::string_view data);
  void truncated(int fd, off_t size);
  void synced(int fd);

 private:
  enum class Kind : std::uint8_t { kFile, kFolder, kUnlink, kWrite, kTruncate, kSync, kSyncFolder };
  struct Event {
    Kind kind = Kind::kSync;
    std::string path;  ///< Below the folder; of names and folders.
    int file = 0;      ///< Numbered by us: the numbers of the system come again.
    off_t offset = 0;  ///< Or size.
    std::string data;
  };
  [[nodiscard]] std::string below(const std::string& path) const;
  [[nodiscard]] std::vector<bool> lasting(std::size_t instant) const;
  int file_of(int fd);
  void add(Event event);

  std::string folder_;
  mutable std::mutex mutex_;
  std::vector<Event> events_;
  std::map<ino_t, int> files_;
  int last_file_ = 0;
};

}  // namespace hpopt::testing
