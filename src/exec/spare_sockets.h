// SpareSockets: short paths for the report sockets of trials whose folders are too deep for one.
//
// They stand in one folder below /tmp, made when it is first needed, and locked while we live: a
// folder without its lock was left by a program that was killed, and is removed by the next.
#pragma once

#include <string>

#include "base/unique_fd.h"
#include "study/fact.h"

namespace hpopt {

class SpareSockets {
 public:
  /// `parent`: where the folder is made.
  explicit SpareSockets(std::string parent = "/tmp") : parent_(std::move(parent)) {}
  ~SpareSockets();
  SpareSockets(const SpareSockets&) = delete;
  SpareSockets& operator=(const SpareSockets&) = delete;

  [[nodiscard]] std::string path(Token run);

 private:
  std::string parent_;
  std::string folder_;
  UniqueFd lock_;
};

}  // namespace hpopt
