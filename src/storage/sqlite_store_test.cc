// What is true of the SQLite store alone: its file.
#include "storage/sqlite_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "storage/connection.h"
#include "storage/open_store.h"
#include "storage/schema.h"
#include "storage/testing.h"
#include "study/fold.h"
#include "study/testing.h"

namespace hpopt {
namespace {

class SqliteStoreTest : public ::testing::Test {
 protected:
  static mode_t mode_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777U;
  }
  /// The store is refused: what, where and how to mend it.
  static void refused(const std::string& locator, bool create, Code code, std::string_view what) {
    const auto store = open_store(locator, create);
    ASSERT_FALSE(store.ok()) << locator;
    EXPECT_EQ(store.error().code, code) << store.error().message();
    EXPECT_NE(store.error().what.find(what), std::string::npos) << store.error().message();
    EXPECT_FALSE(store.error().mend.empty()) << store.error().message();
    EXPECT_EQ(store.error().where.empty(), what == "no name") << store.error().message();
  }
  Database raw() { return Database::open(path_, Database::Mode::kCreate).value(); }
  std::string create_study() {
    auto store = open_sqlite_store(path_, true).value();
    return store->create(testing::created(), {.utc_ms = 5}).value();
  }

  testing::TemporaryFolder folder_;
  std::string path_ = folder_.path() + "/journal.db";
};

TEST_F(SqliteStoreTest, MakesAPrivateFolderThatGitIgnores) {
  const std::string folder = folder_.path() + "/a/.hpopt";
  auto store = open_store(folder, true).value();
  const std::string study = store->create(testing::created(), {}).value();
  auto journal = store->open(study).value();
  EXPECT_EQ(mode_of(folder), 0700U);
  for (const char* name : {"journal.db", "journal.db-wal", "journal.db-shm", "journal.db.lock"}) {
    EXPECT_EQ(mode_of(folder + "/" + name), 0600U) << name;
  }
  EXPECT_EQ(read_file(folder + "/.gitignore").value(), "*\n");
}

TEST_F(SqliteStoreTest, LeavesTheFoldersOfOthersAlone) {
  auto store = open_store(folder_.path(), true);
  ASSERT_TRUE(store.ok());
  EXPECT_FALSE(exists(folder_.path() + "/.gitignore")) << "it would hide the user's own files";
}

TEST_F(SqliteStoreTest, ASecondOpeningFindsWhatTheFirstLeft) {
  const std::string study = create_study();
  auto store = open_store("sqlite:" + path_, false);
  ASSERT_TRUE(store.ok()) << store.error().message();
  ASSERT_EQ((*store)->list().value().size(), 1U);
  StudyState state;
  auto journal = (*store)->open(study).value();
  ASSERT_TRUE(fold(*journal, state).ok());
  EXPECT_EQ(state.spec(), testing::small_spec());
}

TEST_F(SqliteStoreTest, SaysWhatIsWrongWithALocator) {
  refused("", true, Code::kInvalid, "no name");
  refused("sqlite:", true, Code::kInvalid, "no path");
  refused("mysql://host/db", true, Code::kInvalid, "not known");
  refused("postgresql://user:secret@host/db", true, Code::kStorage, "PostgreSQL");
  EXPECT_EQ(open_store("postgresql://user:secret@host/db", true).error().message().find("secret"),
            std::string::npos);
}

TEST_F(SqliteStoreTest, AMissingStoreIsMadeOnlyWhenAsked) {
  refused(folder_.path() + "/none", false, Code::kNotFound, "no store");
  refused("sqlite:" + path_, false, Code::kNotFound, "no store");
  EXPECT_FALSE(exists(path_));
  ASSERT_TRUE(write_file_atomic(path_, "").ok());  // its maker was killed before the first write
  refused("sqlite:" + path_, false, Code::kNotFound, "no store");
  EXPECT_TRUE(open_store("sqlite:" + path_, true).ok());
}

TEST_F(SqliteStoreTest, RefusesFilesThatAreNotItsOwn) {
  refused("sqlite:" + folder_.path(), true, Code::kStorage, "not a regular file");
  ASSERT_TRUE(write_file_atomic(path_, std::string(9000, 'x')).ok());
  refused("sqlite:" + path_, true, Code::kStorage, "not a database");
  refused(path_, true, Code::kStorage, "this is a file");
  EXPECT_EQ(read_file(path_).value(), std::string(9000, 'x'));
  ASSERT_EQ(::unlink(path_.c_str()), 0);
  ASSERT_TRUE(raw().execute("CREATE TABLE mine (a)").ok());
  refused("sqlite:" + path_, true, Code::kStorage, "another program");
}

TEST_F(SqliteStoreTest, RefusesAPlaceThatCannotBeWritten) {
  ASSERT_TRUE(write_file_atomic(folder_.path() + "/file", "x").ok());
  refused(folder_.path() + "/file/store", true, Code::kStorage, "cannot make the directory");
  refused("/proc/hpopt", true, Code::kStorage, "cannot make the directory");
}

TEST_F(SqliteStoreTest, SaysThatAFileIsDamaged) {
  const std::string study = create_study();
  std::string content = read_file(path_).value();
  ASSERT_GT(content.size(), 8192U);
  content.replace(4096, content.size() - 4096, content.size() - 4096, '\x5a');
  ASSERT_TRUE(write_file_atomic(path_, content).ok());
  auto store = open_sqlite_store(path_, false);
  auto journal = store ? (*store)->open(study) : Result<std::unique_ptr<Journal>>(store.error());
  StudyState state;
  const auto folded = journal ? fold(**journal, state) : Result<Revision>(journal.error());
  ASSERT_FALSE(folded.ok());
  EXPECT_EQ(folded.error().code, Code::kStorage);
  EXPECT_EQ(folded.error().where, path_);
  EXPECT_NE(folded.error().mend.find("damaged"), std::string::npos) << folded.error().message();
}

TEST_F(SqliteStoreTest, SaysThatFactsAreMissing) {
  const std::string study = create_study();
  auto store = open_sqlite_store(path_, false).value();
  auto journal = store->open(study).value();
  for (const char* key : {"a", "b", "c"}) {
    std::vector<Fact> facts = {testing::fact(Noted{0, "text", key})};
    ASSERT_TRUE(journal->append(facts, Durability::kBatched).ok());
  }
  ASSERT_TRUE(raw().execute("DELETE FROM facts WHERE body = 'text' AND key = 'b'").ok());
  StudyState state;
  const auto folded = fold(*journal, state);
  ASSERT_FALSE(folded.ok());
  EXPECT_NE(folded.error().what.find("fact 3 is missing"), std::string::npos)
      << folded.error().message();
}

TEST_F(SqliteStoreTest, RefusesANewerSchemaUnchanged) {
  create_study();
  ASSERT_TRUE(raw().execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'").ok());
  const std::string before = read_file(path_).value();
  refused("sqlite:" + path_, true, Code::kStorage, "schema 99");
  EXPECT_EQ(read_file(path_).value(), before);
}

TEST_F(SqliteStoreTest, MigratesForward) {
  const std::string study = create_study();
  std::vector<std::string_view> steps(schema_steps().begin(), schema_steps().end());
  steps.emplace_back("ALTER TABLE studies ADD COLUMN colour TEXT NOT NULL DEFAULT 'red';");
  Database database = raw();
  EXPECT_FALSE(is_current(database, steps).value());
  ASSERT_TRUE(database.execute("BEGIN IMMEDIATE").ok());
  const Status migrated = migrate(database, steps);
  ASSERT_TRUE(migrated.ok()) << migrated.error().message();
  ASSERT_TRUE(database.execute("COMMIT").ok());
  EXPECT_TRUE(is_current(database, steps).value());
  EXPECT_EQ(database.number("SELECT count(*) FROM studies WHERE colour = 'red'").value(), 1);
  EXPECT_EQ(database.number("SELECT count(*) FROM facts").value(), 1);
  refused("sqlite:" + path_, true, Code::kStorage,
          fmt::format("schema {}", steps.size()));  // to us it is a newer one
}

/// The first schema as it was published, with a study in it: every later version must open it.
TEST_F(SqliteStoreTest, OpensWhatTheFirstVersionWrote) {
  const std::string fixture =
      read_file(
          (std::filesystem::path(__FILE__).parent_path() / "testdata" / "schema-1.sql").string())
          .value();
  ASSERT_TRUE(raw().execute(fixture).ok());
  auto store = open_store("sqlite:" + path_, false);
  ASSERT_TRUE(store.ok()) << store.error().message();
  const auto studies = (*store)->list().value();
  ASSERT_EQ(studies.size(), 1U);
  EXPECT_EQ(studies[0].name, "digits");
  auto journal = (*store)->open(studies[0].id).value();
  StudyState state;
  const auto folded = fold(*journal, state);
  ASSERT_TRUE(folded.ok()) << folded.error().message();
  EXPECT_EQ(state.revision(), studies[0].head);
  EXPECT_EQ(state.counts().complete, 1);
  EXPECT_EQ(state.best(), 1U);
  EXPECT_EQ(state.score(*state.find(1)), 0.75);
  EXPECT_EQ(journal->spent().value(), Nanos(1'500'000'000));
}

TEST_F(SqliteStoreTest, ARemovalThatWasKilledIsFinishedByTheNext) {
  const std::string first = create_study();
  const std::string second = create_study();
  const auto fill = [&](const std::string& study) {
    auto store = open_sqlite_store(path_, false).value();
    std::vector<Fact> facts = {testing::fact(testing::suggested(1, 0.1)),
                               testing::fact(testing::started(1, 0, 1)),
                               testing::fact(testing::reported(1, 1, 1, 1, 0.5))};
    ASSERT_TRUE(store->open(study).value()->append(facts, Durability::kSynced).ok());
  };
  fill(first);
  fill(second);
  const auto rows = [&](const char* table) {
    return raw().number(fmt::format("SELECT count(*) FROM {} WHERE id >> 40 = 1", table)).value();
  };
  // What is left when it dies after its first transaction.
  ASSERT_TRUE(raw().execute("DELETE FROM studies WHERE number = 1").ok());
  EXPECT_EQ(rows("facts"), 3);
  auto store = open_sqlite_store(path_, false).value();
  ASSERT_EQ(store->list().value().size(), 1U);
  ASSERT_TRUE(store->remove(first).ok());
  for (const char* table : {"facts", "reports", "trials"}) EXPECT_EQ(rows(table), 0) << table;
  StudyState state;
  EXPECT_TRUE(fold(*store->open(second).value(), state).ok());
  EXPECT_EQ(state.revision(), 4U);
}

TEST_F(SqliteStoreTest, ARemovedStudysDigestGoesWithIt) {
  const std::string study = create_study();
  auto store = open_sqlite_store(path_, false).value();
  ASSERT_TRUE(store->open(study).value()->keep_digest(1, "{}").ok());
  ASSERT_EQ(raw().number("SELECT count(*) FROM digests").value(), 1);
  ASSERT_TRUE(store->remove(study).ok());
  EXPECT_EQ(raw().number("SELECT count(*) FROM digests").value(), 0);
}

TEST_F(SqliteStoreTest, ManyRowsGoSomeAtATime) {
  constexpr std::int64_t kRows = 30'000;
  const std::string study = create_study();
  const std::string numbers = fmt::format(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) ", kRows);
  const auto left = [&](const char* table) {
    return raw().number(fmt::format("SELECT count(*) FROM {}", table)).value();
  };
  Database database = raw();
  ASSERT_TRUE(database.execute(numbers + "INSERT INTO configurations SELECT 1, i, i FROM n").ok());
  ASSERT_TRUE(
      database.execute(numbers + "INSERT INTO keys SELECT 1, 4, format('%06d', i) FROM n").ok());
  auto store = open_sqlite_store(path_, false).value();
  for (const char* table : {"configurations", "keys"}) {
    ASSERT_TRUE(database
                    .execute(fmt::format("CREATE TRIGGER last BEFORE DELETE ON {} WHEN "
                                         "CAST(OLD.key AS INTEGER) = {} "
                                         "BEGIN SELECT RAISE(ABORT, 'not this one'); END",
                                         table, kRows))
                    .ok());
    EXPECT_FALSE(store->remove(study).ok());
    EXPECT_LT(left(table), kRows) << table << ": what went before stays gone";
    EXPECT_GT(left(table), 0);
    ASSERT_TRUE(database.execute("DROP TRIGGER last").ok());
  }
  ASSERT_TRUE(store->remove(study).ok());
  EXPECT_EQ(left("configurations") + left("keys"), 0);
}

TEST_F(SqliteStoreTest, AReaderThatKeepsTheLogIsNoRescue) {
  const std::string study = create_study();
  const std::string log = path_ + "-wal";
  auto store = open_sqlite_store(path_, false).value();
  auto journal = store->open(study).value();
  journal->set_patience(std::chrono::milliseconds(50));
  ASSERT_EQ(::rename(log.c_str(), (log + ".away").c_str()), 0);
  std::vector<Fact> facts = {testing::fact(Noted{0, "text", "key"})};
  ASSERT_FALSE(journal->append(facts, Durability::kSynced).ok()) << "nothing could be flushed";
  ASSERT_EQ(::rename((log + ".away").c_str(), log.c_str()), 0);

  Database reader = raw();
  ASSERT_TRUE(reader.execute("BEGIN").ok());
  ASSERT_EQ(reader.number("SELECT count(*) FROM facts").value(), 2);
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto synced = journal->append({}, Durability::kSynced);
    ASSERT_FALSE(synced.ok()) << "the log may be lost, and is not in the file";
    EXPECT_EQ(synced.error().code, Code::kStorage);
    EXPECT_NE(synced.error().what.find("reads"), std::string::npos) << synced.error().message();
    EXPECT_FALSE(synced.error().mend.empty());
  }
  ASSERT_TRUE(reader.execute("COMMIT").ok());
  const auto synced = journal->append({}, Durability::kSynced);
  EXPECT_TRUE(synced.ok()) << synced.error().message();
}

// A commit that finds the log long merges it, too, unless it is told not to.
TEST_F(SqliteStoreTest, WhoHurriesLeavesTheLogToTheNextWhoOpensTheStore) {
  constexpr int kFacts = 8;
  const std::string study = create_study();
  const std::string log = path_ + "-wal";
  ASSERT_FALSE(exists(log)) << "closing merges it";
  {
    auto store = open_sqlite_store(path_, false).value();
    auto journal = store->open(study).value();
    journal->hurry();
    store->hurry();
    for (int i = 0; i < kFacts; ++i) {
      std::vector<Fact> facts = {
          testing::fact(Noted{0, std::string(1U << 20U, 'x'), std::to_string(i)})};
      ASSERT_TRUE(journal->append(facts, Durability::kBatched).ok());
    }
  }
  EXPECT_GT(std::filesystem::file_size(log), kFacts << 20U);
  EXPECT_LT(std::filesystem::file_size(path_), 1U << 20U);
  {
    auto store = open_sqlite_store(path_, false).value();
    EXPECT_EQ(store->open(study).value()->head().value(), 1U + kFacts);
  }
  EXPECT_FALSE(exists(log));
}

TEST_F(SqliteStoreTest, ANumberIsNeverUsedAgain) {
  (void)create_study();
  const std::string last = create_study();
  auto store = open_sqlite_store(path_, false).value();
  ASSERT_TRUE(store->remove(last).ok());
  (void)create_study();
  EXPECT_EQ(raw().number("SELECT max(number) FROM studies").value(), 3);
}

TEST_F(SqliteStoreTest, AFailedWriteLeavesTheStoreUsable) {
  const std::string study = create_study();
  auto connection = Connection::open(path_, Connection::Mode::kExisting, kPatience).value();
  const Status failed = connection.write(Durability::kBatched, [&] {
    if (Status done = connection.database().execute("DELETE FROM facts"); !done) return done;
    return Status(invalid("changed my mind"));
  });
  EXPECT_EQ(failed.error().what, "changed my mind");
  EXPECT_EQ(connection.database().number("SELECT count(*) FROM facts").value(), 1);
  EXPECT_TRUE(connection.write(Durability::kSynced, [] { return success(); }).ok());
}

}  // namespace
}  // namespace hpopt
