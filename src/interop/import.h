// Importing a study: the reader that knows the source, then the writer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hpopt/import.h"
#include "hpopt/result.h"
#include "interop/import_reader.h"
#include "study/journal.h"
#include "study/state.h"

namespace hpopt {

struct ImportResult {
  std::string study;  ///< Its id.
  std::string name;
  std::string_view format;  ///< Of the source: "an Optuna journal file".
  bool added = false;       ///< false: all of it was there already.
  std::size_t waiting = 0;  ///< Trials that were never started, and are left out.
  std::vector<std::string> notices;
  StudyState state;
};

/// As hpopt::import_study of the public API, into a store that is open.
[[nodiscard]] Result<ImportResult> import_study(Store& store, const ImportSource& source);
/// Into the store of that name, which is made when it is missing and the source could be read.
[[nodiscard]] Result<ImportResult> import_into(const std::string& locator,
                                               const ImportSource& source);

}  // namespace hpopt
