#include "storage/sqlite_store.h"

#include <fmt/format.h>

#include "base/text.h"
#include "storage/connection.h"
#include "storage/read_ahead.h"
#include "storage/removal.h"
#include "storage/store_error.h"
#include "storage/study_rows.h"

namespace hpopt {
namespace {

/// More facts than these are worth the start of threads.
constexpr Revision kReadAhead = 8192;

class SqliteJournal final : public Journal {
 public:
  static Result<std::unique_ptr<SqliteJournal>> open(Connection connection, std::int64_t study) {
    auto held = std::make_unique<Connection>(std::move(connection));
    auto rows = StudyRows::open(held->database(), study);
    if (!rows) return rows.error();
    return std::unique_ptr<SqliteJournal>(
        new SqliteJournal(std::move(held), std::move(*rows), study));
  }

  Result<Revision> append(std::span<Fact> facts, Durability durability) override {
    Revision head = 0;
    Status written = connection_->write(durability, [&] {
      auto changes = admit(facts, *rows_);
      if (!changes) return Status(changes.error());
      head = changes->control.revision;
      return rows_->write(facts, *changes);
    });
    if (written) return head;
    for (Fact& fact : facts) fact.stamp.revision = 0;
    return written.error();
  }

  Result<Revision> read(Revision after, const std::function<bool(const Fact&)>& visit) override {
    auto head = rows_->head();
    if (!head) return head;
    if (*head > after + kReadAhead) return read_long(after, *head, visit);
    std::vector<Fact> facts;
    if (*head > after) {
      if (Status done = rows_->read(after, *head, facts); !done) return done.error();
    }
    for (const Fact& fact : facts) {
      after = fact.stamp.revision;
      if (!visit(fact)) break;
    }
    return after;
  }

  Result<Revision> head() override {
    if (Status there = connection_->check_place(); !there) return there.error();
    return rows_->head();
  }

  Result<Digest> digest() override { return rows_->digest(); }

  Status keep_digest(Revision revision, std::string_view body) override {
    return connection_->write(Durability::kBatched,
                              [&] { return rows_->keep_digest(revision, body); });
  }

  void set_patience(Nanos patience) override { connection_->set_patience(patience); }
  void hurry() override { connection_->hurry(); }

  Result<Lease> lease(std::string_view role) override { return rows_->lease(role); }

  Result<Epoch> take(std::string_view role, const Lease& seen, std::string_view holder) override {
    Epoch epoch = 0;
    Status done = connection_->write(Durability::kBatched, [&] {
      auto now = rows_->lease(role);
      if (!now) return Status(now.error());
      auto taken = take_lease(role, *now, seen, holder);
      if (!taken) return Status(taken.error());
      epoch = taken->epoch;
      return rows_->set_lease(role, *taken);
    });
    if (!done) return done.error();
    return epoch;
  }

  Status beat(std::string_view role, Epoch epoch, Nanos spent) override {
    return change_own(role, epoch, [&](Lease& lease) {
      ++lease.beat;
      return rows_->charge(spent);
    });
  }

  Status release(std::string_view role, Epoch epoch) override {
    return change_own(role, epoch, [](Lease& lease) {
      lease.holder.clear();
      return success();
    });
  }

  Result<Nanos> spent() override { return rows_->spent(); }

 private:
  SqliteJournal(std::unique_ptr<Connection> connection, std::unique_ptr<StudyRows> rows,
                std::int64_t study)
      : connection_(std::move(connection)), rows_(std::move(rows)), study_(study) {}

  /// Two readers, each with a connection of its own, keep one folding thread busy.
  Result<Revision> read_long(Revision after, Revision head,
                             const std::function<bool(const Fact&)>& visit) {
    constexpr std::size_t kReaders = 2;
    std::vector<std::unique_ptr<SqliteJournal>> helpers;
    std::vector<ReadRange> readers;
    for (std::size_t i = 0; i < kReaders; ++i) {
      auto connection = Connection::open(connection_->database().path(),
                                         Connection::Mode::kExisting, connection_->patience());
      if (!connection) return connection.error();
      auto helper = open(std::move(*connection), study_);
      if (!helper) return helper.error();
      helpers.push_back(std::move(*helper));
      readers.emplace_back([rows = helpers.back()->rows_.get()](Revision from, Revision until,
                                                                std::vector<Fact>& facts) {
        return rows->read(from, until, facts);
      });
    }
    return read_ahead(after, head, readers, visit);
  }

  Status change_own(std::string_view role, Epoch epoch,
                    const std::function<Status(Lease&)>& change) {
    return connection_->write(Durability::kBatched, [&] {
      auto lease = rows_->lease(role);
      if (!lease) return Status(lease.error());
      if (Status own = check_lease(role, *lease, epoch); !own) return own;
      if (Status done = change(*lease); !done) return done;
      return rows_->set_lease(role, *lease);
    });
  }

  std::unique_ptr<Connection> connection_;  ///< Outlives the rows.
  std::unique_ptr<StudyRows> rows_;
  std::int64_t study_;
};

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(Connection connection) : connection_(std::move(connection)) {}

  Result<std::string> create(const Created& created, const Stamp& stamp,
                             const std::optional<std::string>& newest) override {
    const std::string id = random_id();
    Status done = connection_.write(Durability::kSynced, [&]() -> Status {
      if (newest) {
        if (Status same = check_newest(created.name, *newest); !same) return same;
      }
      return create_study(id, created, stamp);
    });
    if (!done) return done.error();
    return id;
  }

  Result<std::unique_ptr<Journal>> open(const std::string& study_id) override {
    auto statement = database().prepare("SELECT number FROM studies WHERE id = ?");
    if (!statement) return statement.error();
    auto found = statement->bind(1, std::string_view(study_id)).step();
    if (!found) return found.error();
    if (!*found) {
      return Error{Code::kNotFound, fmt::format("the store holds no study '{}'", study_id),
                   database().path(), "`hpopt list` shows the studies"};
    }
    const std::int64_t number = statement->integer(0);
    statement->reset();
    auto connection =
        Connection::open(database().path(), Connection::Mode::kExisting, connection_.patience());
    if (!connection) return connection.error();
    auto journal = SqliteJournal::open(std::move(*connection), number);
    if (!journal) return journal.error();
    return std::unique_ptr<Journal>(std::move(*journal));
  }

  Result<std::vector<StudyInfo>> list() override {
    auto statement = database().prepare(
        "SELECT id, name, created_utc_ms, revision FROM studies ORDER BY number DESC");
    if (!statement) return statement.error();
    std::vector<StudyInfo> studies;
    for (;;) {
      auto row = statement->step();
      if (!row) return row.error();
      if (!*row) return studies;
      studies.push_back({std::string(statement->text(0)), std::string(statement->text(1)),
                         statement->integer(2), statement->bits(3)});
    }
  }

  Status remove(const std::string& study_id) override {
    return remove_study(connection_, study_id);
  }

  Status compact() override { return hpopt::compact(connection_); }
  void hurry() override { connection_.hurry(); }

 private:
  Database& database() { return connection_.database(); }

  Status check_newest(const std::string& name, const std::string& seen) {
    auto statement =
        database().prepare("SELECT id FROM studies WHERE name = ? ORDER BY number DESC LIMIT 1");
    if (!statement) return statement.error();
    auto found = statement->bind(1, std::string_view(name)).step();
    if (!found) return found.error();
    const std::string newest(*found ? statement->text(0) : std::string_view());
    return newest == seen ? success() : newer_study(name);
  }

  Status create_study(const std::string& id, const Created& created, const Stamp& stamp) {
    const auto number = next_study_number(database());
    if (!number) return number.error();
    auto add = database().prepare(
        "INSERT INTO studies (id, name, created_utc_ms, number) VALUES (?,?,?,?)");
    if (!add) return add.error();
    add->bind(1, std::string_view(id)).bind(2, std::string_view(created.name));
    if (Status added = add->bind(3, stamp.utc_ms).bind(4, *number).run(); !added) return added;
    auto rows = StudyRows::open(database(), *number);
    if (!rows) return rows.error();
    Fact fact{stamp, created};
    auto changes = admit({&fact, 1}, **rows);
    if (!changes) return changes.error();
    return (*rows)->write({&fact, 1}, *changes);
  }

  Connection connection_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path, bool create,
                                                 Nanos patience) {
  auto connection = Connection::open(
      path, create ? Connection::Mode::kCreate : Connection::Mode::kExisting, patience);
  if (!connection) return connection.error();
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(*connection)));
}

}  // namespace hpopt
