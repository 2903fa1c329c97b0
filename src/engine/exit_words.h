// How a process ended, for people.
#pragma once

#include <string>

namespace hpopt {

/// "exited with 3", "was killed by SIGSEGV". `exit_code`: 128 + the signal, where one killed it.
[[nodiscard]] std::string exit_in_words(int exit_code);

}  // namespace hpopt
