// Folders for tests.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace hpopt::testing {

/// Removes the folders of a test program when it ends; a forked child's end removes nothing.
class Folders {
 public:
  Folders() = default;
  Folders(const Folders&) = delete;
  Folders& operator=(const Folders&) = delete;
  ~Folders() {
    if (getpid() != owner_) return;
    std::error_code failure;
    for (const std::string& folder : made_) std::filesystem::remove_all(folder, failure);
  }

  std::string make() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hpopt-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    return made_.emplace_back(pattern);
  }

 private:
  pid_t owner_ = getpid();
  std::vector<std::string> made_;
};

/// Empty, and gone when the test program ends.
inline std::string fresh_folder() {
  static Folders folders;
  return folders.make();
}

}  // namespace hpopt::testing
