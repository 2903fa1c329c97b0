// Connection: one thread's way into a SQLite store. It queues writers and decides what is synced
// when.
//
// SQLite lets one process write at a time and makes the others poll, so an unlucky one may starve.
// Ours queue on a lock file first (flock is fair) and meet no other writer inside. Commits are not
// synced by SQLite (WAL, synchronous = NORMAL: a power loss may cost the last commits, never the
// file). A synced commit flushes the log after the lock is given back, so that other writers need
// not wait for the disk; batched ones are flushed once a second.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "hpopt/result.h"
#include "storage/sqlite.h"
#include "study/journal.h"

namespace hpopt {

class Connection {
 public:
  enum class Mode : std::uint8_t {
    kExisting,  ///< kNotFound when the file is missing.
    kCreate,    ///< Makes the folder (0700) and the file (0600).
  };
  /// Checks whose file it is and brings its schema up to date.
  static Result<Connection> open(const std::string& path, Mode mode);

  [[nodiscard]] Database& database() { return database_; }

  /// Runs `body` in a write transaction: all of it or, on its error, nothing.
  Status write(Durability durability, const std::function<Status()>& body);
  /// Writes the file anew without what was deleted, and empties the log into it.
  Status vacuum();

 private:
  explicit Connection(Database database) : database_(std::move(database)) {}
  Status set_up(Mode mode);
  Status upgrade();
  Status prepare();
  Status open_lock();
  Status transact(const std::function<Status()>& body);
  Status sync(Durability durability);
  Status flush_log();

  Database database_;
  UniqueFd lock_;
  UniqueFd log_;  ///< SQLite's write-ahead log.
  Statement begin_;
  Statement commit_;
  Nanos synced_at_{0};
};

}  // namespace hpopt
