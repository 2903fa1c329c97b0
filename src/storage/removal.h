// Removal: a study's rows in SQLite go, and the space is given back.
//
// The study is out of sight after the first transaction; its many rows then go some at a time, so
// that other writers get their turn in between. Who is killed on the way leaves rows that belong to
// nobody: the next removal or compaction takes them along. A number is never used again, so that a
// process which still holds a removed study open can never write into another one.
#pragma once

#include <cstdint>
#include <string>

#include "hpopt/result.h"
#include "storage/connection.h"

namespace hpopt {

/// The number that the next study gets. REQUIRES: inside a write transaction.
[[nodiscard]] Result<std::int64_t> next_study_number(Database& database);

/// Success when there is no such study (any more).
[[nodiscard]] Status remove_study(Connection& connection, const std::string& id);

/// Removes what belongs to no study and makes the file as small as it can be.
[[nodiscard]] Status compact(Connection& connection);

}  // namespace hpopt
