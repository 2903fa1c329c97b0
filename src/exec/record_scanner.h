// What one record of output says: numbers with their names, and how far the training is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hpopt {

/// What a script counts in. The first of them is preferred where a record has several.
enum class StepUnit : std::uint8_t {
  kEpoch,
  kStep,
  kIter,
  kIteration,
  kRound,  ///< "round", and the [10] of LightGBM and XGBoost.
  kBar,    ///< The 3/10 of a progress bar: only where nothing else tells.
};
inline constexpr std::size_t kStepUnits = 6;

struct StepText {
  StepUnit unit = StepUnit::kEpoch;
  double value = 0;
  std::optional<double> of;  ///< "3/50": 50.
};

struct RecordText {
  std::vector<std::pair<std::string, double>> numbers;
  std::vector<StepText> steps;

  /// Keeps what can be a count: a step that is finite and not negative, a length above 0.
  void add_step(StepUnit unit, double value, std::optional<double> of = std::nullopt);
};

/// The unit that the word names, whatever its case.
[[nodiscard]] std::optional<StepUnit> step_unit(std::string_view word);

/// Reads `name: number`, `name=number`, `name number` (a number with a point, or a name in
/// `wanted`), dicts, and the words of StepUnit. A name is one word of letters, digits and `_ . - /
/// : @`, with the plain words before it that belong to it: "val loss", "valid_0's auc".
[[nodiscard]] RecordText scan_record(std::string_view text, const std::vector<std::string>& wanted);

}  // namespace hpopt
