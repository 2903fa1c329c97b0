// GpModel: what the Gp sampler fitted, as the journal keeps it.
#pragma once

#include <optional>
#include <string>

#include "model/gp_kernel.h"

namespace hpopt {

struct GpModel {
  std::size_t trials = 0;                    ///< That it was fitted to.
  GpParameters parameters = {};              ///< Of the losses.
  std::optional<GpParameters> success = {};  ///< Of what fails; none: nothing did.
};

[[nodiscard]] std::string write_model(const GpModel& model);
/// None: another sampler's, or of another space.
[[nodiscard]] std::optional<GpModel> read_model(const std::string& text, std::size_t axes);

}  // namespace hpopt
