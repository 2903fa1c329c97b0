// The schema of the SQLite store: what its tables are, whose file it is, how older ones are brought
// up to date. docs/journal.md explains each column.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "hpopt/result.h"
#include "storage/sqlite.h"

namespace hpopt {

/// Step i leads from schema i to schema i + 1, in SQL; an empty file is schema 0. Steps are only
/// ever added at the end: the published ones stay as they are.
using SchemaSteps = std::span<const std::string_view>;
[[nodiscard]] SchemaSteps schema_steps();

/// What kind of file it is.
enum class Ownership : std::uint8_t { kEmpty, kOurs, kForeign };
[[nodiscard]] Result<Ownership> ownership(Database& database);

/// false: it must be migrated first. An error when its schema is newer than ours.
/// REQUIRES: not foreign.
[[nodiscard]] Result<bool> is_current(Database& database, SchemaSteps steps = schema_steps());

/// Runs the steps that the file lacks. REQUIRES: inside a write transaction; not foreign.
[[nodiscard]] Status migrate(Database& database, SchemaSteps steps = schema_steps());

}  // namespace hpopt
