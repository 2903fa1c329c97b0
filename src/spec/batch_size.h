// The batch size of a study: which parameter holds it, and how it gets smaller.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/study_spec.h"

namespace hpopt {

/// The parameter that `batch_size:` names, else the first with one of the usual names:
/// "batch_size", "bs", "per-device-train-batch-size", "train.batch_size". nullptr: there is none.
[[nodiscard]] const Parameter* batch_parameter(const StudySpec& spec);

/// The same with the greatest batch that is at most half as large; where the domain has none, with
/// its smallest. None: it is the smallest already, there is no batch parameter, or a constraint or
/// a condition is in the way.
[[nodiscard]] std::optional<Configuration> smaller_batch(const StudySpec& spec,
                                                         const Configuration& configuration);

/// "--batch-size 256" or "bs=256": a batch size that stands in the command as a constant.
struct ConstantBatch {
  std::string name;  ///< With its dashes.
  std::string value;
};
[[nodiscard]] std::optional<ConstantBatch> constant_batch(const std::vector<std::string>& command);

}  // namespace hpopt
