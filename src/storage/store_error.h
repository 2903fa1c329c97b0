// Failures of files, as failures of the store.
#pragma once

#include <string>
#include <string_view>

#include "base/files.h"
#include "hpopt/result.h"

namespace hpopt {

[[nodiscard]] inline Error store_error(Error error) {
  error.code = Code::kStorage;
  if (error.mend.empty()) error.mend = "choose another place with --storage";
  return error;
}

[[nodiscard]] inline Error store_error(std::string_view action, const std::string& path,
                                       int error_number) {
  return store_error(file_error(action, path, error_number));
}

/// Of Store::create.
[[nodiscard]] inline Error newer_study(const std::string& name) {
  return {Code::kConflict,
          "another process has just started a study of the name '" + name + "'",
          {},
          "run the command again to see it, or give this one another name"};
}

}  // namespace hpopt
