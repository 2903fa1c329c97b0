// The SQLite store: one file, any number of processes of one machine.
#pragma once

#include <memory>
#include <string>

#include "hpopt/result.h"
#include "study/journal.h"

namespace hpopt {

/// Opens the file, and makes it (mode 0600; its folder 0700) when it is missing and `create` is
/// set. An older schema is migrated; a newer one, a foreign or a damaged file is refused,
/// unchanged.
[[nodiscard]] Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path, bool create,
                                                               Nanos patience = kPatience);

}  // namespace hpopt
