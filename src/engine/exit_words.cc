#include "engine/exit_words.h"

#include <cstring>

#include <fmt/format.h>

namespace hpopt {

std::string exit_in_words(int exit_code) {
  constexpr int kSignalled = 128;
  if (exit_code <= kSignalled) return fmt::format("exited with {}", exit_code);
  const char* name = ::sigabbrev_np(exit_code - kSignalled);
  return name == nullptr ? fmt::format("was killed by {}", exit_code - kSignalled)
                         : fmt::format("was killed by SIG{}", name);
}

}  // namespace hpopt
