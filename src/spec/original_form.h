// The hpo_config.yaml of the original hpopt (2021-22), told as a study file.
#pragma once

#include <string>
#include <vector>

#include "hpopt/result.h"
#include "spec/yaml_tree.h"

namespace hpopt {

/// Whether it names its parameters as the original does: under `hp_space`.
[[nodiscard]] bool is_original_form(const YamlNode& root);

struct OriginalForm {
  YamlNode study;                     ///< The same as a study file, each node at its own place.
  std::vector<std::string> left_out;  ///< Keys that mean nothing here.
};
/// `max_iterations` becomes the fidelity `iterations`, asha the early stop hyperband. Quantised
/// ranges hold the multiples of their step. Errors: unknown keys, types and ranges, at their place.
[[nodiscard]] Result<OriginalForm> translate_original(const YamlNode& root,
                                                      const std::string& file);

}  // namespace hpopt
