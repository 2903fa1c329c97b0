#include "storage/open_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.h"
#include "storage/memory_store.h"
#include "storage/sqlite_store.h"
#include "storage/store_error.h"

namespace hpopt {
namespace {

constexpr std::string_view kFileName = "journal.db";
constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kMemory = "memory:";

bool is_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// Only in a folder that is ours alone: one that we make, or the one that bears our name.
Status hide_from_git(const std::string& folder, bool made) {
  const std::string path = folder + "/.gitignore";
  const std::filesystem::path named = std::filesystem::path(folder + "/").parent_path().filename();
  if (!(made || named == ".hpopt") || exists(path)) return success();
  return write_file_atomic(path, "*\n");
}

Result<std::unique_ptr<Store>> open_folder(const std::string& folder, bool create, Nanos patience) {
  if (is_file(folder)) {
    return Error{Code::kStorage, "the store is named as a folder, and this is a file", folder,
                 "write sqlite:" + folder + " to open this file"};
  }
  if (create) {
    const bool made = !exists(folder);
    Status ready = make_lasting_directories(folder);
    if (ready) ready = hide_from_git(folder, made);
    if (!ready) return store_error(ready.error());
  }
  return open_sqlite_store(folder + "/" + std::string(kFileName), create, patience);
}

}  // namespace

Result<std::unique_ptr<Store>> open_store(const std::string& locator, bool create, Nanos patience) {
  if (locator.empty()) return invalid("the store has no name", "name a folder with --storage");
  if (locator == kMemory) return make_memory_store();
  if (locator.starts_with("postgresql://") || locator.starts_with("postgres://")) {
    return Error{Code::kStorage, "this hpopt has no PostgreSQL storage yet", "postgresql://",
                 "name a folder or sqlite:PATH with --storage"};
  }
  if (locator.starts_with(kSqlite)) {
    const std::string path = locator.substr(kSqlite.size());
    if (path.empty()) return invalid("the store has no path", "write sqlite:PATH", "sqlite");
    return open_sqlite_store(path, create, patience);
  }
  if (locator.find("://") != std::string::npos) {
    return invalid("this kind of store is not known", "name a folder or sqlite:PATH", locator);
  }
  return open_folder(locator, create, patience);
}

std::string store_directory(const std::string& locator) {
  namespace fs = std::filesystem;
  std::error_code failure;
  if (locator == kMemory) {
    return fs::temp_directory_path(failure) / ("hpopt-" + std::to_string(::getuid()));
  }
  const bool file = locator.starts_with(kSqlite);
  const fs::path path =
      file ? fs::path(locator.substr(kSqlite.size())).parent_path() : fs::path(locator);
  const fs::path absolute = fs::absolute(path.empty() ? fs::path(".") : path, failure);
  return failure ? path.string() : absolute.lexically_normal().string();
}

}  // namespace hpopt
