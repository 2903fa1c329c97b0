#include "storage/connection.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include <fmt/format.h>

#include "base/files.h"
#include "storage/private_file.h"
#include "storage/schema.h"
#include "storage/store_error.h"

namespace hpopt {
namespace {

constexpr Nanos kSyncEvery = std::chrono::seconds(1);

std::string parent_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

/// SQLite would make the file for the whole world to read; its log files inherit our mode.
Status create_file(const std::string& path) {
  if (Status made = make_lasting_directories(parent_of(path)); !made)
    return store_error(made.error());
  const UniqueFd file = open_private_file(path);
  return file ? success() : store_error("make the store", path, errno);
}

Error no_store(const std::string& path) {
  return {Code::kNotFound, "there is no store", path,
          "start a study with `hpopt run`, or name another store with --storage"};
}

Status check_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return no_store(path);
    return store_error("open the store", path, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return Error{Code::kStorage, "the store's file is not a regular file", path,
                 "name a file that is one, or a folder"};
  }
  if (::access(path.c_str(), R_OK) != 0) return store_error("open the store", path, errno);
  return success();
}

/// A writer's turn, given back at the end of the scope.
class Turn {
 public:
  explicit Turn(WriteQueue& queue) : queue_(queue) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { queue_.leave(); }

 private:
  WriteQueue& queue_;
};

/// In a folder that we cannot write SQLite finds no place for its lock files. Without a log the
/// file is read as it is; a log can be read with those that its writer keeps beside it.
Result<Database> open_file(const std::string& path) {
  if (::access(parent_of(path).c_str(), W_OK) == 0 || exists(path + "-shm")) {
    return Database::open(path, Database::Mode::kExisting);
  }
  if (!exists(path + "-wal")) return Database::open(path, Database::Mode::kStill);
  return Error{Code::kStorage,
               "its last writer was killed, and here the store cannot be written to mend it", path,
               "copy it with `cp -r`, and name the copy with --storage"};
}

Error old_and_fixed(const std::string& path) {
  return {Code::kStorage,
          "an older hpopt wrote the store, and here it cannot be brought up to date", path,
          "copy it with `cp -r`, and name the copy with --storage"};
}

/// Whether the answer to the statement is "wal".
Result<bool> has_log(Database& database, std::string_view sql) {
  auto statement = database.prepare(sql);
  if (!statement) return statement.error();
  auto row = statement->step();
  if (!row) return row.error();
  return *row && statement->text(0) == "wal";
}

Status switch_log_on(Database& database) {
  auto on = has_log(database, "PRAGMA journal_mode = WAL");
  if (!on) return on.error();
  if (*on) return success();
  return Error{Code::kStorage, "this file system cannot hold a store that processes share",
               database.path(), "name a place on a local disk with --storage"};
}

}  // namespace

Result<Connection> Connection::open(const std::string& path, Mode mode, Nanos patience) {
  if (mode == Mode::kCreate && !exists(path)) {
    if (Status created = create_file(path); !created) return created.error();
  }
  if (Status fit = check_file(path); !fit) return fit.error();
  auto database = open_file(path);
  if (!database) return database.error();
  Connection connection(std::move(*database));
  connection.set_patience(patience);
  if (Status ready = connection.set_up(mode); !ready) return ready.error();
  return connection;
}

void Connection::set_patience(Nanos patience) {
  patience_ = patience;
  database_.set_patience(patience);
}

void Connection::hurry() {
  hurried_ = true;
  database_.leave_log();
}

Status Connection::set_up(Mode mode) {
  auto owner = ownership(database_);
  if (!owner) return owner.error();
  if (*owner == Ownership::kForeign) {
    return Error{Code::kStorage, "this SQLite file belongs to another program", database_.path(),
                 "name another store with --storage"};
  }
  if (*owner == Ownership::kEmpty && mode == Mode::kExisting) return no_store(database_.path());
  if (Status set = database_.execute("PRAGMA synchronous = NORMAL"); !set) return set;
  auto current = is_current(database_);
  if (!current) return current.error();
  if (database_.is_still()) {
    return *current ? prepare() : Status(old_and_fixed(database_.path()));
  }
  auto logged = has_log(database_, "PRAGMA journal_mode");  // a copy made by SQLite may lack it
  if (!logged) return logged.error();
  if (!*current || !*logged) {
    if (Status done = upgrade(); !done) return done;
  }
  return prepare();
}

/// The log is switched on once in the life of the file; that cannot be done inside a transaction.
Status Connection::upgrade() {
  {
    if (Status entered = queue_.enter(patience_); !entered) return entered;
    const Turn turn(queue_);
    if (Status logged = switch_log_on(database_); !logged) return logged;
    if (Status begun = database_.execute("BEGIN IMMEDIATE"); !begun) return begun;
    Status done = migrate(database_);
    if (done) done = database_.execute("COMMIT");
    if (!done) {
      (void)database_.execute("ROLLBACK");
      return done;
    }
  }
  return sync(Durability::kSynced);
}

Status Connection::prepare() {
  const auto into = [this](Statement& statement, std::string_view sql) -> Status {
    auto prepared = database_.prepare(sql);
    if (!prepared) return prepared.error();
    statement = std::move(*prepared);
    return success();
  };
  if (Status done = into(begin_, "BEGIN IMMEDIATE"); !done) return done;
  return into(commit_, "COMMIT");
}

Status Connection::write(Durability durability, const std::function<Status()>& body) {
  {
    if (Status entered = queue_.enter(patience_); !entered) return entered;
    const Turn turn(queue_);
    if (Status done = transact(body); !done) return done;
  }
  return sync(durability);
}

Status Connection::vacuum() {
  if (Status entered = queue_.enter(patience_); !entered) return entered;
  const Turn turn(queue_);
  if (Status done = database_.execute("VACUUM"); !done) return done;
  // Where readers still need the log it stays for now: the next writer empties it.
  return database_.number("PRAGMA wal_checkpoint(TRUNCATE)") ? sync(Durability::kSynced)
                                                             : success();
}

Status Connection::transact(const std::function<Status()>& body) {
  if (Status begun = begin_.run(); !begun) return begun;
  Status done = body();
  if (done) done = commit_.run();
  if (!done) (void)database_.execute("ROLLBACK");
  return done;
}

Status Connection::sync(Durability durability) {
  const Nanos now =
      SystemClock().monotonic();  // real disks, real seconds: no simulated clock applies
  const bool later = hurried_ || now - synced_at_ < kSyncEvery;
  if (durability == Durability::kBatched && later) return success();
  const Status flushed = doubtful_ ? rewrite_log() : flush_log();
  doubtful_ = !flushed;
  if (flushed) synced_at_ = now;
  return flushed;
}

/// After a flush that failed the kernel may take the log's pages for written, and a second flush
/// would say so of what is lost. They are still in memory: SQLite copies them into the file and
/// syncs that. Where somebody reads meanwhile it does a part, and answers 1.
Status Connection::rewrite_log() {
  if (Status entered = queue_.enter(patience_); !entered) return entered;
  const Turn turn(queue_);
  const auto busy = database_.number("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!busy) return busy.error();
  if (*busy == 0) return success();
  return Error{Code::kStorage,
               "a flush failed, and it can't be made good while another process reads the store",
               database_.path(),
               "wait until it ends, or end it: `fuser " + database_.path() + "` names it"};
}

Status Connection::flush_log() {
  if (!log_) {
    const std::string path = database_.path() + "-wal";
    log_.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!log_) return store_error("flush the store", path, errno);
    // A new log is durable only when its folder's entry is.
    const UniqueFd folder(
        ::open(parent_of(database_.path()).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder) ::fsync(folder.get());
  }
  if (::fdatasync(log_.get()) == 0) return success();
  return store_error("flush the store", database_.path() + "-wal", errno);
}

Status Connection::check_place() const {
  struct stat named {};
  struct stat opened {};
  if (!log_ || ::fstat(log_.get(), &opened) != 0) return success();
  const bool same = ::stat((database_.path() + "-wal").c_str(), &named) == 0 &&
                    named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
  if (same) return success();
  return Error{Code::kStorage, "the store was removed while it was in use", database_.path(),
               "what is found from now on cannot be stored; start the study again to store it"};
}

}  // namespace hpopt
