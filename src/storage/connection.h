// Connection: one thread's way into a SQLite store. It queues writers and decides what is synced
// when.
//
// SQLite lets one process write at a time and makes the others poll, so an unlucky one may starve.
// Ours queue on a lock file first (write_queue.h) and meet no other writer inside. Commits are not
// synced by SQLite (WAL, synchronous = NORMAL: a power loss may cost the last commits, never the
// file). A synced commit flushes the log after the lock is given back, so that other writers need
// not wait for the disk; batched ones are flushed once a second.
//
// No call waits longer than its patience for a lock that somebody else holds.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "hpopt/result.h"
#include "storage/sqlite.h"
#include "storage/write_queue.h"
#include "study/journal.h"

namespace hpopt {

class Connection {
 public:
  enum class Mode : std::uint8_t {
    kExisting,  ///< kNotFound when the file is missing.
    kCreate,    ///< Makes the folder (0700) and the file (0600).
  };
  /// Checks whose file it is and brings its schema up to date; one that cannot be written is read
  /// as it is.
  static Result<Connection> open(const std::string& path, Mode mode, Nanos patience);

  [[nodiscard]] Database& database() { return database_; }
  [[nodiscard]] Nanos patience() const { return patience_; }
  void set_patience(Nanos patience);
  /// From now on batched writes and closing wait for no disk.
  void hurry();

  /// Runs `body` in a write transaction: all of it or, on its error, nothing. Where the body's work
  /// was done and could only not be flushed to the disk, it stays done.
  Status write(Durability durability, const std::function<Status()>& body);
  /// Writes the file anew without what was deleted, and empties the log into it.
  Status vacuum();
  /// kStorage: the file that we write to is no longer the one of that name.
  [[nodiscard]] Status check_place() const;

 private:
  explicit Connection(Database database)
      : database_(std::move(database)), queue_(database_.path() + ".lock") {}
  Status set_up(Mode mode);
  Status upgrade();
  Status prepare();
  Status transact(const std::function<Status()>& body);
  Status sync(Durability durability);
  Status flush_log();
  Status rewrite_log();

  Database database_;
  WriteQueue queue_;
  Nanos patience_{0};
  UniqueFd log_;  ///< SQLite's write-ahead log.
  Statement begin_;
  Statement commit_;
  Nanos synced_at_{0};
  bool hurried_ = false;
  bool doubtful_ = false;  ///< A flush failed: what the kernel holds of the log may be lost.
};

}  // namespace hpopt
