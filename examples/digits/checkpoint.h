#pragma once

// A training between two epochs, on disk.

#include <cstdint>
#include <optional>
#include <string>

#include <Eigen/Core>

#include "optimizer.h"

namespace digits {

struct Checkpoint {
  std::string fingerprint;  // of the training's options
  std::int32_t epochs_done = 0;
  double loss = 0;
  Eigen::VectorXf parameters;
  OptimizerState optimizer;
};

// Writes `path` whole or not at all: to a file beside it first, which then takes its name. On
// failure `error` says what is wrong.
bool save_checkpoint(const Checkpoint& checkpoint, const std::string& path, std::string& error);

// Nothing if there is no such file, or if it is not a whole checkpoint of this version.
std::optional<Checkpoint> load_checkpoint(const std::string& path);

}  // namespace digits
