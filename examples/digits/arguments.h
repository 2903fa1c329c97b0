#pragma once

// The command line of digits_mlp.

#include <optional>
#include <string>

#include "training.h"

namespace digits {

struct Arguments {
  TrainingOptions training;
  std::string data_file;
};

// What main should do: train with `arguments`, or else end with `exit_code` (0 after --help, 2
// after wrong usage, which has been explained on standard error).
struct ParsedArguments {
  std::optional<Arguments> arguments;
  int exit_code = 0;
};

ParsedArguments parse_arguments(int argc, const char* const* argv);

}  // namespace digits
