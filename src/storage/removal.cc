#include "storage/removal.h"

#include <array>

#include <fmt/format.h>

namespace hpopt {
namespace {

constexpr int kRowsAtATime = 20'000;
/// A table, and the columns that tell its rows apart.
struct Rows {
  std::string_view table;
  std::string_view key;
};
/// Those whose rows are named by study * 2^40 + a number, and those that name the study itself.
constexpr std::array kByNumber{Rows{"facts", "id"}, Rows{"reports", "id"}, Rows{"trials", "id"}};
constexpr std::array kByStudy{Rows{"configurations", "study, key"},
                              Rows{"keys", "study, kind, key"}, Rows{"leases", "study, role"},
                              Rows{"digests", "study"}};

constexpr std::string_view kLastNumber =
    "SELECT max((SELECT coalesce(max(number), 0) FROM studies), (SELECT coalesce(max(CAST(value AS "
    "INTEGER)), 0) FROM meta WHERE key = 'last_study'))";

/// SQLite knows no LIMIT for DELETE.
Status delete_some(Database& database, const Rows& rows, const std::string& which) {
  return database.execute(
      fmt::format("DELETE FROM {0} WHERE ({1}) IN (SELECT {1} FROM {0} WHERE {2} LIMIT {3})",
                  rows.table, rows.key, which, kRowsAtATime));
}

/// Deletes some rows after others, each time in a transaction of its own.
Status delete_rows(Connection& connection, const Rows& rows, const std::string& which) {
  Database& database = connection.database();
  for (;;) {
    const auto left = database.number(
        fmt::format("SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} LIMIT 1)", rows.table, which));
    if (!left || *left == 0) return left ? success() : Status(left.error());
    Status done =
        connection.write(Durability::kBatched, [&] { return delete_some(database, rows, which); });
    if (!done) return done;
  }
}

/// The rows of one study that is out of sight.
Status sweep_study(Connection& connection, std::int64_t number) {
  for (const Rows& rows : kByNumber) {
    const std::string which = fmt::format("id >= ({0} << 40) AND id < (({0} + 1) << 40)", number);
    if (Status done = delete_rows(connection, rows, which); !done) return done;
  }
  for (const Rows& rows : kByStudy) {
    const std::string which = fmt::format("study = {}", number);
    if (Status done = delete_rows(connection, rows, which); !done) return done;
  }
  return success();
}

/// Numbers of studies that are gone; most of them have no rows.
Status sweep_orphans(Connection& connection) {
  Database& database = connection.database();
  const auto last = database.number(kLastNumber);
  if (!last) return last.error();
  for (std::int64_t number = 1; number <= *last; ++number) {
    const auto there =
        database.number(fmt::format("SELECT count(*) FROM studies WHERE number = {}", number));
    if (!there) return there.error();
    if (*there > 0) continue;
    if (Status swept = sweep_study(connection, number); !swept) return swept;
  }
  return success();
}

}  // namespace

Result<std::int64_t> next_study_number(Database& database) {
  auto last = database.number(kLastNumber);
  if (!last) return last;
  return *last + 1;
}

Status remove_study(Connection& connection, const std::string& id) {
  Database& database = connection.database();
  Status hidden = connection.write(Durability::kSynced, [&]() -> Status {
    const auto last = database.number(kLastNumber);
    if (!last) return last.error();
    if (Status kept = database.execute(fmt::format(
            "INSERT OR REPLACE INTO meta (key, value) VALUES ('last_study', '{}')", *last));
        !kept) {
      return kept;
    }
    auto statement = database.prepare("DELETE FROM studies WHERE id = ?");
    if (!statement) return statement.error();
    return statement->bind(1, std::string_view(id)).run();
  });
  return hidden ? sweep_orphans(connection) : hidden;
}

Status compact(Connection& connection) {
  if (Status swept = sweep_orphans(connection); !swept) return swept;
  return connection.vacuum();
}

}  // namespace hpopt
