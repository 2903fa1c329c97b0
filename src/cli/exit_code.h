// Exit codes of `hpopt`: a contract with scripts.
#pragma once

#include "hpopt/result.h"
#include "hpopt/study.h"

namespace hpopt {

enum ExitCode : int {
  kAnswerFound = 0,
  kNoAnswer = 1,     ///< The study ended without one.
  kWrongUse = 2,     ///< Usage or input.
  kStudyPaused = 3,  ///< The same command goes on.
  kStoreFailed = 4,
};

[[nodiscard]] ExitCode exit_code(const Error& error);
[[nodiscard]] ExitCode exit_code(const Summary& summary);

}  // namespace hpopt
