// For tests: sources, and an import of one into a store in memory.
#pragma once

#include <string>
#include <string_view>

#include "base/files.h"
#include "base/testing.h"
#include "interop/import.h"
#include "storage/memory_store.h"

namespace hpopt::testing {

/// A committed file, made by the script beside it.
inline std::string fixture(std::string_view name) {
  return std::string(HPOPT_SOURCE_DIR) + "/src/interop/testdata/" + std::string(name);
}

/// A file of its own.
inline std::string file_with(std::string_view content, const std::string& name = "source") {
  std::string path = fresh_folder() + "/" + name;
  (void)write_file_atomic(path, content);
  return path;
}

inline Result<ImportResult> imported(const ImportSource& source) {
  const auto store = make_memory_store();
  return import_study(*store, source);
}

/// The message of an import that must fail; without the path before it.
inline std::string complaint(const ImportSource& source) {
  const auto result = imported(source);
  if (result) return "it was imported";
  std::string message = result.error().message();
  const std::string where = source.path + ": ";
  return message.starts_with(where) ? message.substr(where.size()) : message;
}

}  // namespace hpopt::testing
