#include "storage/schema.h"

#include <array>

#include <fmt/format.h>

namespace hpopt {
namespace {

/// "hpop": tells our files from other programs' (PRAGMA application_id).
constexpr std::int64_t kApplicationId = 0x68706f70;

// Rows of facts, reports and trials are named by one integer, study * 2^40 + revision (or trial):
// the fastest key that SQLite has, in the order in which a study is read.
constexpr std::string_view kFirstSchema = R"sql(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE studies (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_utc_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 0,
  token INTEGER NOT NULL DEFAULT 0,
  trials INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  sessions INTEGER NOT NULL DEFAULT 0,
  metrics INTEGER NOT NULL DEFAULT 0,
  ended INTEGER NOT NULL DEFAULT 0,
  run_cap INTEGER,
  spent_ns INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE facts (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  session INTEGER NOT NULL,
  monotonic_ns INTEGER NOT NULL,
  utc_ms INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  token INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  version INTEGER NOT NULL,
  worker INTEGER NOT NULL,
  cause INTEGER NOT NULL,
  exit_code INTEGER NOT NULL,
  metric INTEGER NOT NULL,
  flag INTEGER NOT NULL,
  step REAL,
  seconds REAL,
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  read_revision INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  time_left REAL,
  free_slots INTEGER NOT NULL
) STRICT;

CREATE TABLE reports (
  id INTEGER PRIMARY KEY,
  trial INTEGER NOT NULL,
  token INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  metric INTEGER NOT NULL,
  step REAL,
  value REAL,
  elapsed REAL,
  session INTEGER NOT NULL,
  monotonic_ns INTEGER NOT NULL,
  utc_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE trials (
  id INTEGER PRIMARY KEY,
  standing INTEGER NOT NULL,
  version INTEGER NOT NULL,
  token INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  configuration INTEGER NOT NULL
) STRICT;

CREATE TABLE configurations (
  study INTEGER NOT NULL,
  key INTEGER NOT NULL,
  trial INTEGER NOT NULL,
  PRIMARY KEY (study, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (
  study INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (study, kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
  study INTEGER NOT NULL,
  role TEXT NOT NULL,
  holder TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  beat INTEGER NOT NULL,
  PRIMARY KEY (study, role)
) STRICT, WITHOUT ROWID;
)sql";

// `epoch` and `beat` are those of the runner's lease when the digest was kept.
constexpr std::string_view kDigests = R"sql(
CREATE TABLE digests (
  study INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  beat INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
)sql";

/// What a decision saw besides, so that it can be replayed.
constexpr std::string_view kWholeMoments = R"sql(
ALTER TABLE facts ADD COLUMN time_budget REAL;
ALTER TABLE facts ADD COLUMN slots INTEGER NOT NULL DEFAULT 0;
ALTER TABLE facts ADD COLUMN can_hold INTEGER NOT NULL DEFAULT 0;
)sql";

constexpr std::array<std::string_view, 3> kSteps = {kFirstSchema, kDigests, kWholeMoments};

/// 0: an empty file.
Result<std::int64_t> schema_version(Database& database) {
  auto tables = database.number("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'");
  if (!tables || *tables == 0) return tables;
  return database.number("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'schema_version'");
}

}  // namespace

SchemaSteps schema_steps() { return kSteps; }

Result<Ownership> ownership(Database& database) {
  // In this order: another process may make both in one transaction between the two readings.
  auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  auto id = database.number("PRAGMA application_id");
  if (!id) return id.error();
  if (*id == kApplicationId) return Ownership::kOurs;
  return *id == 0 && *tables == 0 ? Ownership::kEmpty : Ownership::kForeign;
}

Result<bool> is_current(Database& database, SchemaSteps steps) {
  auto version = schema_version(database);
  if (!version) return version.error();
  const auto known = static_cast<std::int64_t>(steps.size());
  if (*version > known) {
    return Error{Code::kStorage,
                 fmt::format("the store has schema {}, and this hpopt knows {}", *version, known),
                 database.path(), "a newer hpopt wrote it: update this one, or name another store"};
  }
  return *version == known;
}

Status migrate(Database& database, SchemaSteps steps) {
  auto current = is_current(database, steps);
  if (!current) return current.error();
  auto version = schema_version(database);
  if (!version) return version.error();
  for (const std::string_view step : steps.subspan(static_cast<std::size_t>(*version))) {
    if (Status done = database.execute(std::string(step)); !done) return done;
  }
  return database.execute(
      fmt::format("PRAGMA application_id = {}; "
                  "INSERT OR REPLACE INTO meta (key, value) VALUES ('schema_version', '{}');",
                  kApplicationId, steps.size()));
}

}  // namespace hpopt
