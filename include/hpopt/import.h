// Import: a study of another tool becomes a study of the store.
//
//   const std::string id = hpopt::import_study("optuna.db", {.name = "digits"}).value();
//
// Read are Optuna's SQLite files and journal files, folders of the original hpopt, and tables as
// CSV; which of them a source is, it says itself. docs/import.md tells what becomes of what. The
// study can be looked at, opened by Study::open, and started over from by `hpopt run --name`.
//
// Threads: safe; each call opens the store for itself.
#pragma once

#include <string>
#include <vector>

#include "hpopt/result.h"

namespace hpopt {

struct ImportOptions {
  /// What the study is called here; empty: as it is called there, else after its file.
  std::string name = {};
  /// Which of several studies in the source.
  std::string study = {};
  /// "NAME:max", "NAME:min" or "NAME": what the score is called here, and which way is better. A
  /// table needs it: NAME is the column of the score. Empty: as the source says.
  std::string metric = {};
  /// Columns of a table that are parameters; empty: those that are named "params_*" or "param.*".
  std::vector<std::string> parameters = {};
  /// A folder, or "sqlite:PATH"; made when it is missing.
  std::string storage = ".hpopt";
};

/// The study's id. The same import again finds the study and adds nothing. Errors: kNotFound, there
/// is no such file or no such study in it; kInvalid, the source is damaged, of a version that is
/// not known, of several objectives, or the name is taken by another study; kStorage.
[[nodiscard]] Result<std::string> import_study(const std::string& source,
                                               const ImportOptions& options = {});

}  // namespace hpopt
