// open_store: from what a user calls a store to the store.
#pragma once

#include <memory>
#include <string>

#include "hpopt/result.h"
#include "study/journal.h"

namespace hpopt {

/// A folder (its file is journal.db), "sqlite:PATH" (one file), or "memory:" (a new, empty store
/// that ends with the object). `create`: make what is missing; else a missing store is kNotFound.
/// Every other failure is kStorage (kInvalid: the locator itself is wrong), with the path and a
/// mend. `patience`: how long this and each call to the store and its journals may wait for a lock
/// that another process holds.
[[nodiscard]] Result<std::unique_ptr<Store>> open_store(const std::string& locator, bool create,
                                                        Nanos patience = kPatience);

/// The folder of the journal, absolute: trials' directories are in it. Those of "memory:" are in
/// the folder for temporary files.
[[nodiscard]] std::string store_directory(const std::string& locator);

}  // namespace hpopt
